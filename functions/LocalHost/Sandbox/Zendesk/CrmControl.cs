using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>Told to the CRM: which tickets there are, and to send webhooks.</summary>
internal sealed class CrmControl(TicketDesk desk, WebhookSender sender)
{
    private const int MostRepeats = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Post("/sandbox/crm/tickets", async http =>
        {
            desk.Seed(await http.Told<SeededTicket>());
            return Results.NoContent();
        });
        routes.Post("/sandbox/crm/webhooks", async http =>
        {
            var order = await http.Told<WebhookOrder>();
            if (!Uri.TryCreate(order.TargetUrl, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
            {
                return ErrorAnswers.Invalid("targetUrl must be an absolute http or https address");
            }

            return order.Repeat is < 1 or > MostRepeats
                ? ErrorAnswers.Invalid($"repeat must be 1 to {MostRepeats}")
                : SandboxRouting.Json(await sender.Send(order, http.RequestAborted));
        });
    }
}
