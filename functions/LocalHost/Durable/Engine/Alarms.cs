namespace LocalHost.Durable.Engine;

/// <summary>
/// The wake-up times of all sleeping instances, with one timer of the business clock for the earliest. Never early: what the clock delivers
/// before its time is looked at again.
/// </summary>
internal sealed class Alarms : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(40);

    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private readonly SortedSet<(DateTimeOffset Due, string Id)> _order = new(Comparer<(DateTimeOffset Due, string Id)>.Create(Compare));
    private readonly Dictionary<string, (DateTimeOffset Due, Action Ring)> _set = [];
    private readonly ITimer _timer;
    private DateTimeOffset _armedFor = DateTimeOffset.MaxValue;
    private bool _disposed;

    public Alarms(TimeProvider clock)
    {
        _clock = clock;

        // Who happens to create the engine must not become the context of every wake-up.
        using var noContext = ExecutionContext.SuppressFlow();
        _timer = clock.CreateTimer(static alarms => ((Alarms)alarms!).RingDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _set.Count;
            }
        }
    }

    /// <summary>Sets or, with null, removes the alarm of an instance. It never rings inside of this call, because callers hold locks.</summary>
    public void Set(string id, DateTimeOffset? due, Action ring)
    {
        lock (_gate)
        {
            if (_set.Remove(id, out var old))
            {
                _order.Remove((old.Due, id));
            }

            if (due is { } at && !_disposed)
            {
                _set[id] = (at, ring);
                _order.Add((at, id));
            }

            Arm(early: false);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _set.Clear();
            _order.Clear();
        }

        _timer.Dispose();
    }

    private void RingDue()
    {
        List<Action> due = [];
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            while (_order.Count > 0 && _order.Min is var next && next.Due <= now)
            {
                _order.Remove(next);
                _set.Remove(next.Id, out var alarm);
                due.Add(alarm.Ring);
            }

            _armedFor = DateTimeOffset.MaxValue;
            Arm(early: due.Count == 0);
        }

        foreach (var ring in due)
        {
            ring();
        }
    }

    private void Arm(bool early)
    {
        var next = _order.Count > 0 ? _order.Min.Due : DateTimeOffset.MaxValue;
        if (_disposed || next == _armedFor)
        {
            return;
        }

        _armedFor = next;
        if (next == DateTimeOffset.MaxValue)
        {
            _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            return;
        }

        var wait = next - _clock.GetUtcNow();

        // A clock that counts whole milliseconds rang too early: the next wait is rounded up.
        wait = early ? TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)) : wait;
        _timer.Change(wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait, Timeout.InfiniteTimeSpan);
    }

    private static int Compare((DateTimeOffset Due, string Id) a, (DateTimeOffset Due, string Id) b)
    {
        var byTime = a.Due.CompareTo(b.Due);
        return byTime != 0 ? byTime : string.CompareOrdinal(a.Id, b.Id);
    }
}
