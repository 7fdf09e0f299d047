namespace FunctionsHosting.Broker;

/// <summary>One timer for the earliest of many instants; nothing runs while there is none.</summary>
internal sealed class WakeUp : IDisposable
{
    private static readonly TimeSpan AfterFault = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private DateTimeOffset? _due;

    /// <summary>What fails is told and tried again: a timer must not end the process.</summary>
    public WakeUp(TimeProvider clock, Action wake, Action<Exception> failed)
    {
        _clock = clock;
        // The timer outlives whoever happened to make it, so it must not carry that caller's context.
        using (ExecutionContext.SuppressFlow())
        {
            _timer = clock.CreateTimer(_ => Run(wake, failed), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Called under the owner's lock, with every change that may move the instant.</summary>
    public void SetTo(DateTimeOffset? due)
    {
        if (due == _due)
        {
            return;
        }

        _due = due;
        _timer.Change(due is { } instant ? Wait(instant) : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Dispose() => _timer.Dispose();

    private TimeSpan Wait(DateTimeOffset due)
    {
        var wait = due - _clock.GetUtcNow();
        if (wait <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        // System timers count whole milliseconds and at most 49 days; a wake-up that is early, or in between, finds nothing due and is set again.
        return wait > TimeSpan.FromDays(40) ? TimeSpan.FromDays(40) : wait;
    }

    private void Run(Action wake, Action<Exception> failed)
    {
        _due = null;
        try
        {
            wake();
        }
        catch (Exception fault)
        {
            failed(fault);
            _timer.Change(AfterFault, Timeout.InfiniteTimeSpan);
        }
    }
}
