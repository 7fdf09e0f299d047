using System.Diagnostics.Metrics;
using Polly.CircuitBreaker;

namespace Penalties.Outside;

/// <summary>
/// The circuit breaker of each outside system, for whoever wants to know whether one is open: health, metrics
/// (<c>penalties.outside.breaker</c>: 0 closed, 1 open, 2 trying again).
/// </summary>
public sealed class Breakers
{
    private readonly Dictionary<string, CircuitBreakerStateProvider> _breakers = OutsideSystems.All.ToDictionary(system => system, _ => new CircuitBreakerStateProvider());

    public Breakers(IMeterFactory meters) => meters.Create(CaseMetrics.Meter).CreateObservableGauge(
        "penalties.outside.breaker",
        () => _breakers.Select(one => new Measurement<int>(Level(one.Value), new KeyValuePair<string, object?>("system", one.Key))),
        description: "Circuit breaker of an outside system: 0 closed, 1 open, 2 trying again");

    /// <summary>Systems to which nothing is sent for the moment.</summary>
    public IReadOnlyList<string> Open => [.. _breakers.Where(one => Level(one.Value) == 1).Select(one => one.Key)];

    internal CircuitBreakerStateProvider Of(string system) => _breakers[system];

    /// <summary>A breaker no call has gone through yet has no state, and is closed.</summary>
    private static int Level(CircuitBreakerStateProvider breaker) => breaker.CircuitState switch
    {
        CircuitState.Closed => 0,
        CircuitState.Open or CircuitState.Isolated => 1,
        CircuitState.HalfOpen => 2,
    };
}
