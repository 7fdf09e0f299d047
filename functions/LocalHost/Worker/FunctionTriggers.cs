using LocalHost.Clock;
using LocalHost.Durable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost.Worker;

/// <summary>
/// Everything but HTTP that makes functions run: the durable engine, queue listeners and timers. It starts when the app's own hosted services
/// have, so that the first function finds what they set up, and it stops after the last request has ended and before they do.
/// </summary>
internal sealed partial class FunctionTriggers(
    FunctionCatalogue catalogue, TriggerEnvironment environment, DurableEngine engine, Func<AttachedApp> app, ILogger<FunctionTriggers> log)
    : IHostedService
{
    private readonly List<IAsyncDisposable> _running = [];

    /// <summary>Ends when every queue is listened to: a message sent from then on is seen to be under way.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await engine.StartAsync(cancellationToken);
        _ = StopWhenTheHubIsLost();
        var listening = new List<Task>();
        foreach (var function in catalogue.Functions)
        {
            switch (function.Trigger)
            {
                case QueueTrigger queue:
                    var connection = environment.Settings[queue.ConnectionSetting]!;
                    var listener = new ServiceBusListener(function, connection, environment.Host, app(), environment.Work, environment.GiveUp);
                    _running.Add(listener);
                    listener.Start();
                    listening.Add(listener.Ready);
                    break;
                case TimerTrigger:
                    var record = environment.DataFolder is { } data ? new TimerRecord(Path.Combine(data, "timers"), function.Name) : null;
                    var timer = new TimerFunction(function, app(), environment.Clock, environment.Work, record, environment.GiveUp);
                    _running.Add(timer);
                    timer.Start();
                    break;
            }
        }

        await Task.WhenAll(listening).WaitAsync(cancellationToken);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(_running.Select(static trigger => trigger.DisposeAsync().AsTask())).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogLeftBehind(log, environment.Work.UnderWay);
        }

        await engine.StopAsync(cancellationToken);
    }

    /// <summary>A host whose task hub another host has taken can run nothing durable any more.</summary>
    private async Task StopWhenTheHubIsLost()
    {
        var lost = await engine.OwnershipLost;
        LogHubLost(log, lost);
        app().Web.Lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "Another host has taken the task hub; this one stops")]
    private static partial void LogHubLost(ILogger log, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped without waiting any longer for {UnderWay}")]
    private static partial void LogLeftBehind(ILogger log, string underWay);
}

/// <summary>What triggers run in.</summary>
/// <param name="Host">host.json.</param>
/// <param name="Settings">The app's settings, keys in colon form.</param>
/// <param name="Clock">The business clock.</param>
/// <param name="Work">Counts what is under way.</param>
/// <param name="DataFolder">Where timers keep their occurrences, or null.</param>
/// <param name="GiveUp">Cancelled when a stopping host no longer waits.</param>
internal sealed record TriggerEnvironment(
    HostJson Host, IReadOnlyDictionary<string, string?> Settings, TimeProvider Clock, WorkTracker Work, string? DataFolder, CancellationToken GiveUp);
