namespace LocalHost.Sandbox.Faults;

/// <summary>One order and how far it is carried out. Its owner locks.</summary>
internal sealed class FaultOrder
{
    private readonly Draws? _draws;
    private int _requests;
    private int _carriedOut;

    public FaultOrder(Fault fault)
    {
        if (fault.Rate is null)
        {
            (Fault, Left) = (fault, fault.Times ?? 1);
        }
        else
        {
            var seed = fault.Seed ?? Random.Shared.Next();
            (Fault, Left, _draws) = (fault with { Seed = seed }, fault.Times, new(seed));
        }
    }

    public Fault Fault { get; }

    /// <summary>How often it is still to be carried out; null: until it is cleared.</summary>
    public int? Left { get; private set; }

    public bool AppliesTo(SandboxSystem system, string operation, FaultMoment when) =>
        Fault.System == system && Fault.When == when && (Fault.Operation == operation || Fault.Operation == SandboxOperations.Any);

    /// <summary>Decides about one more request, and counts it.</summary>
    public bool Strikes()
    {
        _requests++;
        if (_draws?.Next() >= Fault.Rate)
        {
            return false;
        }

        _carriedOut++;
        Left--;
        return true;
    }

    public FaultCount Count() => new(Fault, _requests, _carriedOut, Left);
}
