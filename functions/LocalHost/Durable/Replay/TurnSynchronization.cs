namespace LocalHost.Durable.Replay;

/// <summary>
/// Keeps an orchestrator's code on the thread of its turn. What is posted from that thread (Task.Yield) runs before the next event; what is
/// posted from another thread comes from something that is not durable, and is only noted.
/// </summary>
internal sealed class TurnSynchronization : SynchronizationContext
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = [];
    private volatile bool _ended;
    private volatile bool _foreign;

    /// <summary>Whether the caller is the orchestrator's code inside this turn.</summary>
    public bool IsCurrent => !_ended && Environment.CurrentManagedThreadId == _thread;

    public bool SawForeignContinuation => _foreign;

    /// <summary>Called when something not durable wants to continue after the turn has ended.</summary>
    public Action? LateContinuation { get; init; }

    public override SynchronizationContext CreateCopy() => this;

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsCurrent)
        {
            _posted.Enqueue((d, state));
        }
        else if (_ended)
        {
            LateContinuation?.Invoke();
        }
        else
        {
            _foreign = true;
        }
    }

    public override void Send(SendOrPostCallback d, object? state)
    {
        if (!IsCurrent)
        {
            throw new InvalidOperationException("An orchestrator's code can not be called from another thread.");
        }

        d(state);
    }

    public void Pump()
    {
        while (_posted.TryDequeue(out var next))
        {
            next.Callback(next.State);
        }
    }

    public void End() => _ended = true;
}
