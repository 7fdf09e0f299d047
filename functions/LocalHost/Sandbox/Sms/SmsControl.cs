namespace LocalHost.Sandbox.Sms;

/// <summary>Told to the providers: what becomes of messages, and where results are reported.</summary>
internal sealed class SmsControl(IReadOnlyList<ISmsGateway> gateways, SmsFates fates, DeliveryReports reports)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/sandbox/sms/next", async http =>
        {
            var fate = await http.Told<SmsFate>();
            if (fate.Problem is { } problem)
            {
                return ErrorAnswers.Invalid(problem);
            }

            fates.Add(fate);
            return Results.NoContent();
        });
        routes.Post("/sandbox/sms/messages/{messageId}/settle", async http =>
        {
            var (messageId, fate) = (http.Part("messageId"), await http.Told<SmsFate>());
            if (fate.Problem is { } problem)
            {
                return ErrorAnswers.Invalid(problem);
            }

            return gateways.Any(gateway => gateway.Settle(messageId, fate))
                ? Results.NoContent()
                : Results.Problem($"message '{messageId}' is not with the carrier", statusCode: StatusCodes.Status404NotFound);
        });
        routes.Post("/sandbox/sms/reports", async http =>
        {
            var order = await http.Told<SmsReports>();
            if (order.Problems() is { Count: > 0 } problems)
            {
                return ErrorAnswers.Invalid(problems);
            }

            reports.To(order);
            return Results.NoContent();
        });
    }
}
