using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>Told to the CRM: which tickets there are, and to send webhooks.</summary>
internal sealed class CrmControl(TicketDesk desk, WebhookSender sender)
{
    private const int MostRepeats = 1_000;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sandbox/crm/tickets", (SeededTicket ticket) =>
        {
            desk.Seed(ticket);
            return Results.NoContent();
        });
        routes.MapPost("/sandbox/crm/webhooks", async (WebhookOrder order, CancellationToken cancellation) =>
        {
            if (!Uri.TryCreate(order.TargetUrl, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
            {
                return ControlErrors.Invalid("targetUrl must be an absolute http or https address");
            }

            return order.Repeat is < 1 or > MostRepeats
                ? ControlErrors.Invalid($"repeat must be 1 to {MostRepeats}")
                : Results.Ok(await sender.Send(order, cancellation));
        });
    }
}
