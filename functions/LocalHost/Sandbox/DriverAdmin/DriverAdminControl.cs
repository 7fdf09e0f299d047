using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LocalHost.Sandbox.DriverAdmin;

/// <summary>Told to the driver admin: outcomes people concluded, and drivers it does not know.</summary>
internal sealed class DriverAdminControl(DriverAdminAccount account, DriverRecords records, OutgoingCalls outgoing)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/sandbox/driver-admin/outcomes", Conclude);
        routes.Put("/sandbox/driver-admin/unknown-drivers/{driverId}", http => SetKnown(http, known: false));
        routes.Delete("/sandbox/driver-admin/unknown-drivers/{driverId}", http => SetKnown(http, known: true));
    }

    private async Task<IResult> Conclude(HttpContext http)
    {
        var order = await http.Told<OutcomeOrder>();
        if (!OutcomeOrder.Kinds.Contains(order.Kind))
        {
            return ErrorAnswers.Invalid($"kind '{order.Kind}' is not one of: {string.Join(", ", OutcomeOrder.Kinds)}");
        }

        var outcome = new ConcludedOutcome(order.CaseId, order.Kind, order.DecidedBy, order.ConcludedAt);
        records.Conclude(outcome);
        if (order.PushTo is not { } target)
        {
            return Results.NoContent();
        }

        using var push = OutcomePush.Of(target, outcome, order.PushSecret ?? account.WebhookSecret);
        return SandboxRouting.Json(await outgoing.Send(push, http.RequestAborted));
    }

    private Task<IResult> SetKnown(HttpContext http, bool known)
    {
        records.SetKnown(http.Part("driverId"), known);
        return Task.FromResult(Results.NoContent());
    }
}
