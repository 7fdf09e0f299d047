using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LocalHost.Sandbox.Faults;

/// <summary>Told to all systems: to misbehave, and to stop it.</summary>
internal sealed class FaultControl(FaultOrders faults, HeldRequests held)
{
    private const double UsualWaitSeconds = 30;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sandbox/faults", (Fault fault) =>
        {
            if (fault.Problems() is { Count: > 0 } problems)
            {
                return ControlErrors.Invalid(problems);
            }

            faults.Add(fault);
            return Results.NoContent();
        });
        routes.MapDelete("/sandbox/faults", () =>
        {
            faults.Clear();
            return Results.NoContent();
        });
        routes.MapPost("/sandbox/faults/release", () => Results.Ok(new Released(held.Release())));
        routes.MapGet("/sandbox/faults/held", async (string? system, string? operation, double? waitSeconds, CancellationToken cancellation) =>
            SandboxSystems.TryParse(system, out var wanted)
                ? Results.Ok(await held.WaitFor(wanted, operation, TimeSpan.FromSeconds(waitSeconds ?? UsualWaitSeconds), cancellation))
                : ControlErrors.Invalid(SandboxSystems.Unknown(system)));
    }
}

/// <param name="Count">How many requests were held and now go on.</param>
internal sealed record Released(int Count);
