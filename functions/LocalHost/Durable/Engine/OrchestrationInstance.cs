using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

/// <summary>
/// One instance: a mailbox that is worked off one thing at a time. Asleep it holds a few words and an alarm; its history is read when it wakes.
/// </summary>
internal sealed partial class OrchestrationInstance
{
    private static readonly TimeSpan KeepsHistoryFor = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly EngineParts _parts;
    private readonly InstanceTable _table;
    private readonly ILogger _log;
    private List<InboxItem>? _inbox;
    private IDisposable? _work;
    private bool _closed;
    private bool _setAside;

    // What a sleeping instance knows of itself; written by its own loop only.
    private volatile bool _live;
    private volatile OrchestrationRuntimeStatus _status;
    private string _executionId = string.Empty;
    private int _rows;
    private DateTime? _alarm;
    private Execution? _run;
    private List<Incoming>? _early;
    private HashSet<int>? _inFlight;

    public OrchestrationInstance(string id, EngineParts parts, InstanceTable table, ILogger log)
    {
        (Id, _parts, _table, _log) = (id, parts, table, log);
        Shard = parts.Hub.ShardOf(id);
    }

    public string Id { get; }

    public int Shard { get; }

    /// <summary>Exists, and has not ended.</summary>
    public bool IsLive => _live;

    public OrchestrationRuntimeStatus Status => _status;

    /// <summary>What it is doing, for whoever counts; looked at from outside, so it may be over already.</summary>
    public string State => _setAside ? "poisoned" : _work is null ? "sleeping" : "active";

    /// <summary>Takes over what a former engine left. Only before the first post, or inside of the mailbox.</summary>
    public void Recall(StatusRow row)
    {
        (_live, _status, _executionId) = (true, row.Status, row.Start.ExecutionId);

        // As if before its first turn: then that reads the status row, and fails on it.
        _rows = row.Unreadable is null ? row.Rows : 0;
        lock (_gate)
        {
            _setAside = row.Poison is not null;
        }

        _alarm = _rows == 0 ? row.Start.ScheduledStartTime ?? DateTime.MinValue : row.Alarm?.UtcDateTime;
    }

    /// <summary>Lets a recalled instance sleep until its alarm, or wakes it for its activities; one that is set aside it leaves alone.</summary>
    public void Resume(bool hasOpenActivities)
    {
        if (_setAside)
        {
            return;
        }

        if (hasOpenActivities || _alarm <= _parts.UtcNow)
        {
            TryPost(Wake.Instance);
        }
        else
        {
            SetAlarm(_alarm);
        }
    }

    /// <summary>False when the instance is being forgotten.</summary>
    public bool TryPost(InboxItem item)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return false;
            }

            (_inbox ??= []).Add(item);
            if (_work is not null || (_setAside && !IsOrder(item)))
            {
                return true;
            }

            _work = _parts.Begin("orchestration");
        }

        ThreadPool.UnsafeQueueUserWorkItem(static me => _ = me.RunAsync(), this, preferLocal: false);
        return true;
    }

    /// <summary>Puts the operation into the mailbox; the task ends with it.</summary>
    public static Operation Do<T>(Func<Task<T>> run, out Task<T> done)
    {
        var source = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        done = source.Task;
        return new(async () =>
        {
            try
            {
                source.SetResult(await run());
            }
            catch (Exception e)
            {
                source.SetException(e);
            }
        });
    }

    private async Task RunAsync()
    {
        var attempts = default(Attempts);
        while (Take() is { } items)
        {
            try
            {
                await HandleAsync(items);
                attempts = default;
            }
            catch (Exception e)
            {
                attempts = await FailedAsync(items, e, attempts);
            }
        }
    }

    /// <summary>The next items; null when there is nothing to do: then the instance sleeps, or is forgotten.</summary>
    private List<InboxItem>? Take()
    {
        IDisposable? over;
        lock (_gate)
        {
            if (_setAside)
            {
                if (TakeOrders() is { } orders)
                {
                    return orders;
                }
            }
            else
            {
                if (_inbox is { } items)
                {
                    _inbox = null;
                    return items;
                }

                if (_live && _alarm <= _parts.UtcNow)
                {
                    return [Wake.Instance];
                }

                LetGo();
            }

            (over, _work) = (_work, null);
        }

        over?.Dispose();
        return null;
    }

    /// <summary>Sets the alarm, and gives back the memory that a sleeping, or ended, instance does not need.</summary>
    private void LetGo()
    {
        SetAlarm(_live ? _alarm : null);
        if (!_live)
        {
            _closed = true;
            _table.Forget(this);
        }
        else if (_run is { IsUnwritten: false, OpenActivities.Count: 0 } && (_alarm is not { } alarm || alarm - _parts.UtcNow > KeepsHistoryFor))
        {
            _run = null;
            _inFlight = null;
        }
    }

    private async Task HandleAsync(List<InboxItem> items)
    {
        List<Incoming> events = [];
        var wakes = false;
        foreach (var item in items)
        {
            switch (item)
            {
                case Wake:
                    wakes = true;
                    break;
                case Incoming { Event: ExecutionStarted } start:
                    await TurnsAsync(events, wakes);
                    await BecomeChildAsync(start);
                    events = [];
                    break;
                case Incoming { Event: ExecutionRewound } asked:
                    await TurnsAsync(events, wakes);
                    await BeRewoundAsync(asked);
                    events = [];
                    break;
                case Incoming incoming:
                    events.Add(incoming);
                    break;
                case Operation operation:
                    await TurnsAsync(events, wakes);
                    await operation.Run();
                    operation.IsDone = true;
                    events = [];
                    break;
                default:
                    throw new InvalidOperationException($"{item.GetType().Name} is not for a mailbox.");
            }
        }

        await TurnsAsync(events, wakes);
    }

    private void SetAlarm(DateTime? due) => _parts.Alarms.Set(Id, due is { } at ? new DateTimeOffset(at, TimeSpan.Zero) : null, Ring);

    private void Ring() => TryPost(Wake.Instance);
}
