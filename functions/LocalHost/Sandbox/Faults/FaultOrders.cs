namespace LocalHost.Sandbox.Faults;

/// <summary>The orders to misbehave that stand, and the last ones that were used up.</summary>
internal sealed class FaultOrders
{
    private const int MostUsedUp = 100;

    private readonly Lock _gate = new();
    private readonly List<FaultOrder> _standing = [];
    private readonly Queue<FaultOrder> _usedUp = [];

    public void Add(Fault fault)
    {
        lock (_gate)
        {
            _standing.Add(new(fault));
        }
    }

    public void Replace(IEnumerable<Fault> faults)
    {
        lock (_gate)
        {
            Clear();
            _standing.AddRange(faults.Select(f => new FaultOrder(f)));
        }
    }

    /// <summary>The fault of the oldest order that applies and strikes.</summary>
    public Fault? Take(SandboxSystem system, string operation, FaultMoment when)
    {
        lock (_gate)
        {
            var order = _standing.Find(o => o.AppliesTo(system, operation, when) && o.Strikes());
            if (order is { Left: 0 })
            {
                _standing.Remove(order);
                _usedUp.Enqueue(order);
                if (_usedUp.Count > MostUsedUp)
                {
                    _usedUp.Dequeue();
                }
            }

            return order?.Fault;
        }
    }

    public ScenarioState Snapshot()
    {
        lock (_gate)
        {
            return new([.. _standing.Select(o => o.Count())], [.. _usedUp.Select(o => o.Count())]);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _standing.Clear();
            _usedUp.Clear();
        }
    }
}
