using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LocalHost.Sandbox.DriverAdmin;

/// <summary>Told to the driver admin: outcomes people concluded, and drivers it does not know.</summary>
internal sealed class DriverAdminControl(DriverRecords records, OutgoingCalls outgoing)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sandbox/driver-admin/outcomes", Conclude);
        routes.MapPut("/sandbox/driver-admin/unknown-drivers/{driverId}", (string driverId) => SetKnown(driverId, known: false));
        routes.MapDelete("/sandbox/driver-admin/unknown-drivers/{driverId}", (string driverId) => SetKnown(driverId, known: true));
    }

    private async Task<IResult> Conclude(OutcomeOrder order, CancellationToken cancellation)
    {
        if (!OutcomeOrder.Kinds.Contains(order.Kind))
        {
            return ControlErrors.Invalid($"kind '{order.Kind}' is not one of: {string.Join(", ", OutcomeOrder.Kinds)}");
        }

        var outcome = new ConcludedOutcome(order.CaseId, order.Kind, order.DecidedBy, order.ConcludedAt);
        records.Conclude(outcome);
        if (order.PushTo is not { } target)
        {
            return Results.NoContent();
        }

        using var push = new HttpRequestMessage(HttpMethod.Post, target) { Content = JsonContent.Create(outcome, options: SandboxJson.Camel) };
        if (order.PushKey is { } key)
        {
            push.Headers.Add("x-functions-key", key);
        }

        return Results.Ok(await outgoing.Send(push, cancellation));
    }

    private IResult SetKnown(string driverId, bool known)
    {
        records.SetKnown(driverId, known);
        return Results.NoContent();
    }
}
