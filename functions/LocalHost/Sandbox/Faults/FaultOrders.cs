namespace LocalHost.Sandbox.Faults;

/// <summary>The orders to misbehave that are still to be carried out.</summary>
internal sealed class FaultOrders
{
    private readonly Lock _gate = new();
    private readonly List<(Fault Fault, int Left)> _orders = [];

    public void Add(Fault fault)
    {
        lock (_gate)
        {
            _orders.Add((fault, fault.Times));
        }
    }

    /// <summary>Uses up one time of the oldest order that applies.</summary>
    public Fault? Take(SandboxSystem system, string operation, FaultMoment when)
    {
        lock (_gate)
        {
            var index = _orders.FindIndex(o =>
                o.Fault.System == system && o.Fault.When == when && (o.Fault.Operation == operation || o.Fault.Operation == SandboxOperations.Any));
            if (index < 0)
            {
                return null;
            }

            var (fault, left) = _orders[index];
            if (left == 1)
            {
                _orders.RemoveAt(index);
            }
            else
            {
                _orders[index] = (fault, left - 1);
            }

            return fault;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _orders.Clear();
        }
    }
}
