namespace LocalHost.Sandbox.DriverAdmin;

/// <summary>Told to the driver admin: outcomes people concluded, blocks people lifted there, and drivers it does not know.</summary>
internal sealed class DriverAdminControl(DriverAdminAccount account, DriverRecords records, OutgoingCalls outgoing)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/sandbox/driver-admin/outcomes", Conclude);
        routes.Post("/sandbox/driver-admin/lifted-blocks", Lift);
        routes.Put("/sandbox/driver-admin/unknown-drivers/{driverId}", http => SetKnown(http, known: false));
        routes.Delete("/sandbox/driver-admin/unknown-drivers/{driverId}", http => SetKnown(http, known: true));
    }

    private async Task<IResult> Conclude(HttpContext http)
    {
        var order = await http.Told<OutcomeOrder>();
        if (order.Problems() is { Count: > 0 } problems)
        {
            return ErrorAnswers.Invalid(problems);
        }

        var outcome = new ConcludedOutcome(order.CaseId, order.Kind, order.DecidedBy, order.ConcludedAt);
        records.Conclude(outcome, order.DriverId);
        if (order.PushTo is not { } target)
        {
            return Results.NoContent();
        }

        var answers = await Push(target, outcome, order.PushSecret ?? account.WebhookSecret, order.Repeat ?? 1, http.RequestAborted);
        return SandboxRouting.Json(order.Repeat is null ? answers[0] : answers);
    }

    private async Task<IResult> Lift(HttpContext http)
    {
        var order = await http.Told<BlockLiftOrder>();
        if (order.Direction is { } direction && !DriverRecords.IsDirection(direction))
        {
            return ErrorAnswers.Invalid([$"direction '{direction}' is not one of: customer-driver, driver-customer"]);
        }

        records.LiftByHand(order.DriverId, order.CustomerId, order.Direction);
        return Results.NoContent();
    }

    private async Task<IReadOnlyList<TargetAnswer>> Push(
        string target, ConcludedOutcome outcome, string secret, int times, CancellationToken cancellation)
    {
        var id = OutcomePush.NewId();
        var answers = new List<TargetAnswer>();
        for (var i = 0; i < times; i++)
        {
            using var push = OutcomePush.Of(target, id, outcome, secret);
            answers.Add(await outgoing.Send(push, cancellation));
        }

        return answers;
    }

    private Task<IResult> SetKnown(HttpContext http, bool known)
    {
        records.SetKnown(http.Part("driverId"), known);
        return Task.FromResult(Results.NoContent());
    }
}
