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
    private readonly ClockMappings _mappings = [];
    private readonly ITimer _wake;
    private long _anchor;
    private long _ids;

    private BusinessClock(DateTimeOffset start, double speed)
    {
        Speed = speed;
        Anchor(start);
        _wake = System.CreateTimer(_ => FireDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Business seconds per real second; 0 when the clock only moves by <see cref="AdvanceTo"/>.</summary>
    public double Speed { get; }

    /// <summary>The earliest instant at which something waits, or null.</summary>
    public DateTimeOffset? NextDue => Locked(() => _alarms.Min?.Due);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>
    /// Counts callbacks under way, so that nobody finds the host idle between an alarm that has left the list and the work it begins.
    /// </summary>
    internal WorkTracker? Work { get; set; }

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

    public override DateTimeOffset GetUtcNow() => Locked(Now);

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
                Anchor(instant);
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

    /// <summary>How this clock ran at an instant of real time; before it began, as it would have come to its beginning without a jump.</summary>
    internal ClockMapping At(DateTimeOffset real) => Locked(() => _mappings.At(real));

    private T Locked<T>(Func<T> read)
    {
        using var locked = _gate.EnterScope();
        return read();
    }

    private void Anchor(DateTimeOffset business)
    {
        _anchor = System.GetTimestamp();
        _mappings.Note(new(System.GetUtcNow(), business.ToUniversalTime(), Speed));
    }

    private DateTimeOffset Now() => _mappings[^1].Business + System.GetElapsedTime(_anchor) * Speed;

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
        if (Speed != 0)
        {
            // Rounded up: a timer that fires early would find nothing due and spin.
            _wake.Change(
                _alarms.Min is { } next
                    ? TimeSpan.FromMilliseconds(Math.Clamp(Math.Ceiling((next.Due - Now()).TotalMilliseconds / Speed), 0, TimeSpan.MillisecondsPerDay * 20))
                    : Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan);
        }
    }

    private sealed class Alarm(BusinessClock clock, TimerCallback callback, object? state, long id) : ITimer
    {
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private TimeSpan _period = Timeout.InfiniteTimeSpan;
        private bool _disposed;

        public long Id => id;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            using var locked = clock._gate.EnterScope();
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
            // On a standing clock nothing else would ever run an alarm that is due at once.
            if (clock.Speed == 0 && dueTime == TimeSpan.Zero)
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
                ExecutionContext.Run(_context, callback.Invoke, state);
            }
        }

        public void Dispose()
        {
            using var locked = clock._gate.EnterScope();
            _disposed = true;
            clock._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
