namespace LocalHost.Sandbox.Sms;

/// <summary>What was ordered for the next messages, whichever provider gets them.</summary>
internal sealed class SmsFates
{
    private readonly Lock _gate = new();
    private readonly Queue<SmsFate> _next = new();

    public void Add(SmsFate fate)
    {
        lock (_gate)
        {
            _next.Enqueue(fate);
        }
    }

    /// <summary>The oldest order, used up by this; without one a message is delivered.</summary>
    public SmsFate Take()
    {
        lock (_gate)
        {
            return _next.TryDequeue(out var fate) ? fate : new(SmsResult.Delivered);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _next.Clear();
        }
    }
}
