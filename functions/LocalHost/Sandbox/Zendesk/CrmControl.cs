namespace LocalHost.Sandbox.Zendesk;

/// <summary>Told to the CRM: which tickets there are, and to send webhooks.</summary>
internal sealed class CrmControl(TicketDesk desk, WebhookSender sender)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/sandbox/crm/tickets", async http =>
        {
            desk.Seed(await http.Told<SeededTicket>());
            return Results.NoContent();
        });
        routes.Post("/sandbox/crm/webhooks", async http =>
        {
            using var told = await http.Told<JsonDocument>();
            return told.RootElement.ValueKind == JsonValueKind.Object && told.RootElement.TryGetProperty("webhooks", out _)
                ? await SendBatch(told.Told<WebhookBatch>(), http.RequestAborted)
                : await Send(told.Told<WebhookOrder>(), http.RequestAborted);
        });
    }

    private async Task<IResult> Send(WebhookOrder order, CancellationToken cancellation) => order.Problems() is { Count: > 0 } problems
        ? ErrorAnswers.Invalid(problems)
        : SandboxRouting.Json(await sender.Send(order, cancellation));

    private async Task<IResult> SendBatch(WebhookBatch batch, CancellationToken cancellation) => batch.Problems() is { Count: > 0 } problems
        ? ErrorAnswers.Invalid(problems)
        : SandboxRouting.Json(await sender.Send(batch, cancellation));
}
