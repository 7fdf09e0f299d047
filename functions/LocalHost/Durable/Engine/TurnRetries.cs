using Azure;

namespace LocalHost.Durable.Engine;

/// <summary>How a turn is tried again that failed in the engine, not in the orchestrator's code: after pauses of real time, each twice as long.</summary>
internal sealed class TurnRetries(DurableEngineOptions options)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _over = new();

    /// <summary>After so many attempts that failed by its own fault an instance is set aside.</summary>
    public int Most => options.MaxTurnAttempts;

    /// <summary>Ends all pauses: nothing is tried again before the next start.</summary>
    public void Stop() => _over.Cancel();

    /// <summary>Nothing can be stored any more, whoever is to blame.</summary>
    public bool AreOver(Exception e) => _over.IsCancellationRequested || e is TaskHubOwnershipLostException or DurableEngineStoppedException;

    /// <summary>
    /// The store as a whole did not answer: that says nothing about the instance that met it. A refusal, a row that can not be read and any error of
    /// the engine's own are the instance's.
    /// </summary>
    public static bool IsOutage(Exception e) => e switch
    {
        RequestFailedException or IOException or HttpRequestException or TimeoutException or OperationCanceledException => true,
        AggregateException { InnerExceptions: var all } => all.Any(IsOutage),
        _ => false,
    };

    public TimeSpan Pause(int attempt)
    {
        var pause = options.TurnRetryDelay * Math.Pow(2, Math.Min(attempt - 1, 10));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>False: the engine stops.</summary>
    public async Task<bool> WaitAsync(TimeSpan pause)
    {
        try
        {
            await Task.Delay(pause, options.RealTime, _over.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
