namespace LocalHost.Sandbox;

/// <summary>A set of orders to misbehave, in the order they are asked.</summary>
public sealed record Scenario
{
    public IReadOnlyList<Fault> Faults { get; init; } = [];
}

/// <summary>The orders that stand now, oldest first, and the last hundred that were used up.</summary>
public sealed record ScenarioState(IReadOnlyList<FaultCount> Standing, IReadOnlyList<FaultCount> UsedUp);

/// <param name="Fault">The order; one with a rate has its seed, also when it was given none.</param>
/// <param name="Requests">How many requests it decided about.</param>
/// <param name="CarriedOut">How many of them misbehaved.</param>
/// <param name="Left">How often it is still to be carried out; null: until it is cleared.</param>
public sealed record FaultCount(Fault Fault, int Requests, int CarriedOut, int? Left);
