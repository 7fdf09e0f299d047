using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Ownership;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost.Worker;

/// <summary>
/// Everything but HTTP that makes functions run: the durable engine, queue listeners and timers. It starts when the app's own hosted services
/// have, so that the first function finds what they set up, and it stops after the last request has ended and before they do.
/// On a standby none of it starts before the task hub is free.
/// </summary>
internal sealed partial class FunctionTriggers(
    FunctionCatalogue catalogue,
    TriggerEnvironment environment,
    DurableEngine engine,
    HubOwnership? ownership,
    Func<AttachedApp> app,
    ILogger<FunctionTriggers> log)
    : IHostedService
{
    private readonly List<IAsyncDisposable> _running = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _takingOver = Task.CompletedTask;

    /// <summary>
    /// Ends when every queue is listened to: a message sent from then on is seen to be under way. On a standby it ends at once.
    /// </summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _ = StopWhenTheHubIsLost();
        if (ownership is not null)
        {
            _ = StepDownWithTheLease(ownership);
            if (!await ownership.TryTakeAsync(cancellationToken))
            {
                _takingOver = TakeOver(ownership);
                return;
            }
        }

        await Begin(cancellationToken);
    }

    private async Task Begin(CancellationToken cancellationToken)
    {
        await engine.StartAsync(cancellationToken);
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

        // Not before all of it runs: whoever waits for the owner may let time pass at once.
        ownership?.Begin();
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _takingOver;
        try
        {
            await Task.WhenAll(_running.Select(static trigger => trigger.DisposeAsync().AsTask())).WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            LogLeftBehind(log, environment.Work.UnderWay);
        }

        await engine.StopAsync(cancellationToken);
        if (ownership is not null)
        {
            await ownership.DisposeAsync();
        }
    }

    private async Task TakeOver(HubOwnership hub)
    {
        try
        {
            await hub.TakeAsync(_stop.Token);
            await Begin(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            LogStandbyEnds(log);
        }
        catch (Exception e)
        {
            LogNotTakenOver(log, e);
            engine.StepDown($"The task hub could not be taken over: {e.Message}");
        }
    }

    private async Task StepDownWithTheLease(HubOwnership hub) => engine.StepDown(await hub.Lost);

    /// <summary>A host whose task hub another host has taken can run nothing durable any more: it ends, and begins anew as a standby.</summary>
    private async Task StopWhenTheHubIsLost()
    {
        var lost = await engine.OwnershipLost;
        LogHubLost(log, lost.Message);
        app().Web.Lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "This host no longer owns its task hub and stops: {Reason}")]
    private static partial void LogHubLost(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The standby ends without having been needed")]
    private static partial void LogStandbyEnds(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "The task hub could not be taken over")]
    private static partial void LogNotTakenOver(ILogger log, Exception exception);

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
