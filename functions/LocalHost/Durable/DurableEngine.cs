using LocalHost.Clock;
using LocalHost.Durable.Client;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Ownership;
using LocalHost.Durable.Replay;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable;

/// <summary>
/// A durable engine for one host: event-sourced orchestrations over a task hub that it alone owns. It is an emulator for development and tests;
/// scale-out is what Azure is for. Under way, for the <see cref="WorkTracker"/>, is what can run now; who waits for a timer or an event is idle.
/// </summary>
public sealed partial class DurableEngine : IAsyncDisposable
{
    private const int ReadRaces = 10;

    private readonly DurableEngineOptions _options;
    private readonly ActivityRunner _activities;
    private readonly DurableMetrics _metrics;
    private readonly EngineParts _parts;
    private readonly InstanceTable _table;
    private readonly ILogger _log;
    private readonly TaskCompletionSource<TaskHubOwnershipLostException> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state;

    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range; names it.</exception>
    public DurableEngine(
        ITaskHubStore store, IDurableFunctions functions, TimeProvider clock, WorkTracker work, ILoggerFactory loggers, DurableEngineOptions options)
    {
        options.Validate();
        _options = options;
        _log = loggers.CreateLogger<DurableEngine>();
        _activities = new(functions, options.MaxConcurrentActivities, loggers);
        _metrics = new();
        var hub = new TaskHub(store, options, _metrics, Lost, loggers);
        _parts = new(hub, new OrchestrationTurn(functions, options, loggers), new Alarms(clock), new StatusSignals(), _activities, clock, work)
        {
            Retries = new(options),
            Metrics = _metrics,
            TurnSlots = new(options.MaxConcurrentOrchestrations),
            RunsInstances = options.RunsInstances,
        };
        _table = new(_parts, loggers);
        _metrics.Observe(_table);
    }

    /// <summary>Completes when another engine has taken the task hub, or may have; this one can do nothing any more.</summary>
    public Task<TaskHubOwnershipLostException> OwnershipLost => _lost.Task;

    /// <summary>Instances that are pending, running or suspended.</summary>
    public int LiveInstances => _table.Count;

    internal bool IsRunning => Volatile.Read(ref _state) == 1;

    /// <summary>Takes the task hub over and takes up what a former engine left: activities without a result run again.</summary>
    public async Task StartAsync(CancellationToken ct)
    {
        if (Interlocked.CompareExchange(ref _state, 1, 0) != 0)
        {
            throw new InvalidOperationException("A durable engine starts once.");
        }

        using var work = _parts.Begin("durable start-up");
        await _parts.Hub.OpenAsync(ct);
        if (!_parts.RunsInstances)
        {
            return;
        }

        await _parts.Hub.SweepAsync(ct);
        var recalled = await Task.WhenAll(Enumerable.Range(0, _parts.Hub.Shards).Select(shard => RecallAsync(shard, ct)));
        var messages = await RedeliverAsync(ct);
        foreach (var (instance, hasOpenActivities) in recalled.SelectMany(static r => r))
        {
            instance.Resume(hasOpenActivities);
        }

        LogStarted(_log, recalled.Sum(static r => r.Count), messages);
    }

    /// <summary>Gives the hub up before another engine's epoch says so: begins nothing more, and refuses all that is asked of it.</summary>
    public void StepDown(string reason) => Lost(new TaskHubOwnershipLostException(reason));

    /// <summary>Finishes what runs, for as long as the grace period lasts, and accepts nothing new.</summary>
    public Task StopAsync(CancellationToken ct) => StopAsync(_options.ShutdownGrace, ct);

    /// <summary>A client of this engine. Its name is only a label.</summary>
    public DurableTaskClient CreateClient(string name = "default") => new LocalDurableTaskClient(name, this, _parts, _table, _options.DefaultVersion);

    public async ValueTask DisposeAsync() => await StopAsync(TimeSpan.Zero, CancellationToken.None);

    /// <summary>An instance as it is stored, with its history or without; null for one there is not. Where some of it can not be read, the rest.</summary>
    internal async Task<Management.InstanceHistory?> ReadAsync(string instanceId, bool withHistory, CancellationToken cancellation)
    {
        CheckRunning();
        InstanceIds.Check(instanceId);
        for (var race = 1; ; race++)
        {
            try
            {
                if (await _parts.Hub.FindStatusAsync(instanceId, cancellation) is not { } status)
                {
                    return null;
                }

                return new(status, withHistory ? await _parts.Hub.LoadHistoryAsync(instanceId, status.Start.ExecutionId, status.Rows, cancellation) : []);
            }
            catch (InvalidDataException) when (race < ReadRaces)
            {
                // A turn was written between the two reads: both again.
            }
            catch (InvalidDataException e)
            {
                return await _parts.Hub.FindStateAsync(instanceId, cancellation) is { } rest ? new(rest, []) { Unreadable = e.Message } : null;
            }
        }
    }

    /// <exception cref="TaskHubStandbyException">The engine has not been started.</exception>
    /// <exception cref="TaskHubOwnershipLostException">Another engine has the hub.</exception>
    /// <exception cref="InvalidOperationException">The engine has stopped.</exception>
    internal void CheckRunning()
    {
        if (_lost.Task.IsCompletedSuccessfully)
        {
            throw new TaskHubOwnershipLostException(_lost.Task.Result.Message);
        }

        if (Volatile.Read(ref _state) == 0)
        {
            throw new TaskHubStandbyException();
        }

        if (!IsRunning)
        {
            throw new InvalidOperationException("The durable engine does not run: it has stopped.");
        }
    }

    private async Task<List<(OrchestrationInstance Instance, bool HasOpenActivities)>> RecallAsync(int shard, CancellationToken cancellation)
    {
        List<(OrchestrationInstance, bool)> recalled = [];
        await foreach (var row in _parts.Hub.ReadAsync(shard, StatusRow.LiveOnes, cancellation))
        {
            var status = StatusRow.From(row);
            recalled.Add((_table.Recall(status), status.OpenActivities > 0));
        }

        return recalled;
    }

    private async Task StopAsync(TimeSpan grace, CancellationToken cancellation)
    {
        var was = Interlocked.Exchange(ref _state, 2);
        if (was == 2)
        {
            return;
        }

        _parts.Alarms.Dispose();
        _parts.Retries.Stop();
        _activities.StopStarting();
        if (was == 1)
        {
            // What runs on a hub that is lost can not be stored: nobody waits for it.
            grace = _lost.Task.IsCompleted ? TimeSpan.Zero : grace;
            await FinishAsync(grace, cancellation);
            _parts.Signals.End(new InvalidOperationException("The durable engine has stopped."));
            await _parts.Hub.CloseAsync(grace);
        }

        _activities.CutOff();
        _metrics.Dispose();
    }

    private async Task FinishAsync(TimeSpan grace, CancellationToken cancellation)
    {
        try
        {
            await _parts.OwnWork.WhenIdle(cancellation).WaitAsync(grace, TimeProvider.System, cancellation);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogCutOff(_log, _parts.OwnWork.UnderWay);
        }
    }

    private void Lost(TaskHubOwnershipLostException reason)
    {
        if (_lost.TrySetResult(reason))
        {
            _parts.Alarms.Dispose();
            _parts.Retries.Stop();
            _activities.StopStarting();
            _parts.Signals.End(reason);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The durable engine runs; taken up: {Instances} instances, {Messages} messages.")]
    private static partial void LogStarted(ILogger logger, int instances, int messages);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The grace period is over; cut off: {UnderWay}. It is taken up at the next start.")]
    private static partial void LogCutOff(ILogger logger, string underWay);
}
