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

    /// <summary>Takes over what a former engine left. Only before the first post.</summary>
    public void Recall(StatusRow row)
    {
        (_live, _status, _executionId, _rows) = (true, row.Status, row.Start.ExecutionId, row.Rows);
        _alarm = row.Rows == 0 ? row.Start.ScheduledStartTime ?? DateTime.MinValue : row.Alarm?.UtcDateTime;
    }

    /// <summary>Lets a recalled instance sleep until its alarm, or wakes it for its activities.</summary>
    public void Resume(bool hasOpenActivities)
    {
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
            _setAside = false;
            if (_work is not null)
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
        while (Take() is { } items)
        {
            try
            {
                await HandleAsync(items);
            }
            catch (Exception e)
            {
                SetAside(items, e);
            }
        }
    }

    /// <summary>The next items; null when there is nothing to do: then the instance sleeps, or is forgotten.</summary>
    private List<InboxItem>? Take()
    {
        IDisposable? over;
        lock (_gate)
        {
            if (!_setAside)
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

    /// <summary>The engine itself failed on this instance. What came in stays in the mailbox until the next message, or start.</summary>
    private void SetAside(List<InboxItem> items, Exception e)
    {
        lock (_gate)
        {
            _run = null;
            _inFlight = null;
            _setAside = true;
            _inbox = [.. items.Where(static i => i is Wake or Incoming { IsTakenIn: false }), .. _inbox ?? []];
        }

        if (e is not TaskHubOwnershipLostException)
        {
            LogSetAside(_log, e, Id);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The turn of {InstanceId} could not be made; the instance is set aside until its next message, or the next start.")]
    private static partial void LogSetAside(ILogger logger, Exception e, string instanceId);
}
