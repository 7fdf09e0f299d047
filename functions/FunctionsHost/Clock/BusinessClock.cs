namespace FunctionsHosting.Clock;

/// <summary>
/// The clock of the business: calendar, durable timers, timer functions and scheduled messages live by it. It runs with the wall clock,
/// faster than it (<see cref="Fast"/>), or only when told (<see cref="Frozen"/>). It never goes back.
/// Locks, leases, signatures and HTTP time-outs live by <see cref="TimeProvider.System"/> instead.
/// </summary>
public sealed class BusinessClock : TimeProvider
{
    /// <summary>
    /// Key under which apps get this clock as a <see cref="TimeProvider"/>. Never as the plain service: libraries take that one for their time-outs.
    /// </summary>
    public const string ServiceKey = "business";

    private readonly Lock _gate = new();
    private readonly SortedSet<Alarm> _alarms = new(Comparer<Alarm>.Create(static (a, b) => (a.Due, a.Id).CompareTo((b.Due, b.Id))));
    private readonly double _speed;
    private readonly ITimer _wake;
    private long _realAnchor = System.GetTimestamp();
    private readonly ClockMappings _mappings;
    private DateTimeOffset _businessAnchor;
    private long _ids;

    private BusinessClock(DateTimeOffset start, double speed)
    {
        _businessAnchor = start.ToUniversalTime();
        _speed = speed;
        _mappings = new([new(System.GetUtcNow(), _businessAnchor, speed)]);
        _wake = System.CreateTimer(static clock => ((BusinessClock)clock!).FireDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Business seconds per real second; 0 when the clock only moves by <see cref="AdvanceTo"/>.</summary>
    public double Speed => _speed;

    /// <summary>
    /// Counts callbacks under way, so that nobody finds the host idle between an alarm that has left the list and the work it begins.
    /// </summary>
    internal WorkTracker? Work { get; set; }

    /// <summary>The earliest instant at which something waits, or null.</summary>
    public DateTimeOffset? NextDue
    {
        get
        {
            lock (_gate)
            {
                return _alarms.Min?.Due;
            }
        }
    }

    /// <summary>A clock that agrees with the wall clock.</summary>
    public static BusinessClock Real() => new(System.GetUtcNow(), 1);

    /// <summary>A clock on which one day takes <paramref name="day"/> of real time, starting at <paramref name="start"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="day"/> is not positive.</exception>
    public static BusinessClock Fast(TimeSpan day, DateTimeOffset start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(day, TimeSpan.Zero);
        return new(start, TimeSpan.FromDays(1) / day);
    }

    /// <summary>A clock that stands at <paramref name="start"/> until it is advanced.</summary>
    public static BusinessClock Frozen(DateTimeOffset start) => new(start, 0);

    /// <summary>How this clock ran at an instant of real time; before it began, as it would have come to its beginning without a jump.</summary>
    internal ClockMapping At(DateTimeOffset real)
    {
        lock (_gate)
        {
            return _mappings.At(real);
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
        {
            return Now();
        }
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => GetUtcNow().Ticks;

    /// <summary>
    /// Jumps forward to <paramref name="instant"/> and runs, in order of their due times and before it returns, the callbacks due by then.
    /// </summary>
    public void AdvanceTo(DateTimeOffset instant)
    {
        lock (_gate)
        {
            if (instant > Now())
            {
                _businessAnchor = instant.ToUniversalTime();
                _realAnchor = System.GetTimestamp();
                _mappings.Add(new(System.GetUtcNow(), _businessAnchor, _speed));
            }
        }

        FireDue();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var alarm = new Alarm(this, callback, state, Interlocked.Increment(ref _ids));
        alarm.Change(dueTime, period);
        return alarm;
    }

    private DateTimeOffset Now() =>
        _speed == 0 ? _businessAnchor : _businessAnchor + System.GetElapsedTime(_realAnchor) * _speed;

    private void FireDue()
    {
        while (true)
        {
            Alarm? due;
            IDisposable? underWay;
            lock (_gate)
            {
                due = _alarms.Min;
                if (due is null || due.Due > Now())
                {
                    ArmWake();
                    return;
                }

                _alarms.Remove(due);
                due.Rearm();
                underWay = Work?.Begin("alarm");
            }

            using (underWay)
            {
                due.Fire();
            }
        }
    }

    /// <summary>Sets the one real timer to the earliest alarm. A wait longer than the real timer can hold is cut and looked at again.</summary>
    private void ArmWake()
    {
        if (_speed == 0)
        {
            return;
        }

        var wait = _alarms.Min is { } next ? (next.Due - Now()) / _speed : Timeout.InfiniteTimeSpan;
        if (wait != Timeout.InfiniteTimeSpan)
        {
            // Rounded up: a timer that fires early would find nothing due and spin.
            wait = TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, TimeSpan.FromDays(20).TotalMilliseconds));
        }

        _wake.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private sealed class Alarm(BusinessClock clock, TimerCallback callback, object? state, long id) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        public long Id { get; } = id;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                if (_disposed)
                {
                    return false;
                }

                clock._alarms.Remove(this);
                _period = period > TimeSpan.Zero ? period : Timeout.InfiniteTimeSpan;
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    var now = clock.Now();
                    Due = dueTime > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + dueTime;
                    clock._alarms.Add(this);
                }

                clock.ArmWake();
            }

            // On a standing clock nothing else would ever run an alarm that is due at once.
            if (clock._speed == 0 && dueTime == TimeSpan.Zero)
            {
                ThreadPool.QueueUserWorkItem(static c => c.FireDue(), clock, preferLocal: false);
            }

            return true;
        }

        public void Rearm()
        {
            if (_period != Timeout.InfiniteTimeSpan)
            {
                Due += _period;
                clock._alarms.Add(this);
            }
        }

        public void Fire()
        {
            if (_context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(_context, static alarm => ((Alarm)alarm!).Invoke(), this);
            }
        }

        public void Dispose()
        {
            lock (clock._gate)
            {
                _disposed = true;
                clock._alarms.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Invoke() => callback(state);
    }
}
