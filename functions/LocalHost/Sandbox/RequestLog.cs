namespace LocalHost.Sandbox;

/// <summary>How often each operation was asked for, and what was refused.</summary>
internal sealed class RequestLog(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<(SandboxSystem System, string Operation), int> _counts = [];
    private readonly List<RefusedRequest> _refused = [];

    public void Arrived(SandboxSystem system, string operation)
    {
        lock (_gate)
        {
            _counts[(system, operation)] = _counts.GetValueOrDefault((system, operation)) + 1;
        }
    }

    public void Refused(SandboxSystem system, string operation, int status, string reason)
    {
        lock (_gate)
        {
            _refused.Add(new(system, operation, status, reason, clock.GetUtcNow()));
        }
    }

    public (IReadOnlyList<RequestCount> Counts, IReadOnlyList<RefusedRequest> Refused) Snapshot()
    {
        lock (_gate)
        {
            return ([.. _counts.Select(c => new RequestCount(c.Key.System, c.Key.Operation, c.Value))], [.. _refused]);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _counts.Clear();
            _refused.Clear();
        }
    }
}
