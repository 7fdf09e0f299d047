using System.Text;
using Penalties.Privacy;

namespace Penalties.Intake;

/// <summary>
/// <c>GET /api/rejected-deliveries?size=&amp;continuation=</c>: webhooks that made no case, and why. <c>POST /api/rejected-deliveries/{delivery}</c>
/// {"reason"}: the body of one, which may hold anything; the access log has it before it is shown. 400, 404.
/// </summary>
public sealed class ListRejectedDeliveries(RefusedDeliveries refused, AccessLog access)
{
    [Function(nameof(ListRejectedDeliveries))]
    [Allowed(Role.Operator | Role.Auditor)]
    [Api("Webhooks that made no case, and why", Answer = typeof(RefusedPage), Refusals = ["400 invalid_request"])]
    [Query("size", "1 to 200, default 50")]
    [Query("continuation", "From the page before")]
    public async Task<IActionResult> List(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "rejected-deliveries")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new ListQuery(request.Query);
        var size = query.Number("size", 1, 200, fallback: 50);
        var continuation = query.Token("continuation", nameof(ListRejectedDeliveries));
        if (query.Problems.Count > 0)
        {
            return RequestForm.Invalid(query.Problems);
        }

        var page = await refused.List(size, continuation, cancellation);
        return new OkObjectResult(page with { Continuation = ListQuery.Opaque(page.Continuation, nameof(ListRejectedDeliveries)) });
    }

    [Function(nameof(RevealRejectedDelivery))]
    [Allowed(Role.Manager)]
    [Api(
        "The body of a rejected webhook; the access is logged", Body = typeof(AccessForm), AnswerType = "text/plain",
        Refusals = ["400 invalid_request", "404 unknown_delivery"])]
    public async Task<IActionResult> RevealRejectedDelivery(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "rejected-deliveries/{delivery}")] HttpRequest request,
        string delivery,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<AccessForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        if (!Id.IsWellFormed(delivery) || await refused.Body(delivery, cancellation) is not { } body)
        {
            return Problem.Result(404, "unknown_delivery", "There is no body of such a delivery, or it was purged.");
        }

        await access.Record(request, AccessLog.RejectedBody, delivery, form.Reason, cancellation);
        return new ContentResult { Content = Encoding.UTF8.GetString(body), ContentType = "text/plain; charset=utf-8" };
    }
}
