using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace LocalHost.Sandbox.Solapi;

/// <summary>Told to the gateway: what becomes of messages, and where results are reported.</summary>
internal sealed class SmsControl(SmsGateway gateway, DeliveryReports reports)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sandbox/sms/next", (SmsFate fate) =>
        {
            if (fate.Problem is { } problem)
            {
                return ControlErrors.Invalid(problem);
            }

            gateway.Next(fate);
            return Results.NoContent();
        });
        routes.MapPost("/sandbox/sms/messages/{messageId}/settle", (string messageId, SmsFate fate) =>
        {
            if (fate.Problem is { } problem)
            {
                return ControlErrors.Invalid(problem);
            }

            return gateway.Settle(messageId, fate)
                ? Results.NoContent()
                : Results.Problem($"message '{messageId}' is not with the carrier", statusCode: StatusCodes.Status404NotFound);
        });
        routes.MapPost("/sandbox/sms/reports", (SmsReports order) =>
        {
            if (order.Url is not null && !Uri.TryCreate(order.Url, UriKind.Absolute, out _))
            {
                return ControlErrors.Invalid("url must be an absolute address, or null for no reports");
            }

            reports.To(order.Url);
            return Results.NoContent();
        });
    }
}
