using Penalties.Content;
using Penalties.Managers;

namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/callbacks</c> {"cause","consent"?}: a supervisor is to phone the customer, on the account's number; on another one
/// only with the number read back and a complete consent, otherwise 400 names what is missing and nothing is recorded. 202 with the callback's address.
/// 404, 409.
/// </summary>
public sealed class RequestCallback(
    CaseRoutes routes, CaseStore cases, Callbacks callbacks, ProductContent content, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    [Function(nameof(RequestCallback))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api(
        "A supervisor is to phone the customer", Body = typeof(CallbackForm), Accepted = typeof(CallbackRequested),
        Refusals = ["400 consent_incomplete", "404 unknown_case", "409 already_in_target_state", "409 contact_purged"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/callbacks")] HttpRequest request,
        string id,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<CallbackForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var call = CaseCall.By(request, durable, id, nameof(RequestCallback));
        if (!CaseId.IsWellFormed(id, CaseKind.Penalty) || await cases.Find(id, cancellation) is not { } current)
        {
            return CaseRoutes.NotFound(id);
        }

        if (await routes.Purged(id, cancellation) is { } purged)
        {
            return purged;
        }

        string? consentKey = null;
        if (form.Consent is { } told)
        {
            var (consent, missing) = told.Read(call.Person, content, clock.GetUtcNow().AddMinutes(5));
            if (consent is null)
            {
                return Problem.Result(400, "consent_incomplete", "Another number needs its read-back and a complete consent.", missing.Select(field => $"consent.{field}"));
            }

            consentKey = await callbacks.KeepConsent(Callbacks.IdOf(current), consent, cancellation);
        }

        var answer = await routes.Change(call, _ => [new CallbackWanted(form.CauseOf(), consentKey)], cancellation);
        return answer is OkObjectResult ? Accepted(request, current) : answer;
    }

    private static ObjectResult Accepted(HttpRequest request, PenaltyCase complaint)
    {
        var id = Callbacks.IdOf(complaint);
        var location = $"/api/callbacks/{id}";
        request.HttpContext.Response.Headers.Location = location;
        return new(new CallbackRequested(id, location)) { StatusCode = StatusCodes.Status202Accepted };
    }
}

/// <param name="Cause">compensation or supervisor-asked.</param>
/// <param name="Consent">To another number; null: the account's number.</param>
public sealed record CallbackForm(string? Cause, ConsentForm? Consent = null) : IForm
{
    private const string Compensation = "compensation";
    private const string SupervisorAsked = "supervisor-asked";

    public static CallbackForm Example => new(
        SupervisorAsked,
        new(
            "02-1234-5678", ReadBack: true, "관리자 연락", "전화번호", "처리 후 30일", RightToRefuseTold: true, new(2026, 9, 18, 22, 40, 0, Korea.Offset),
            new(2026, 9, 18, 22, 41, 0, Korea.Offset), "phone", "callback-number@1"));

    internal CallbackCause CauseOf() => Cause == Compensation ? CallbackCause.Compensation : CallbackCause.SupervisorAsked;

    IEnumerable<string> IForm.Problems() => RequestForm.OneOf("cause", Cause, [Compensation, SupervisorAsked]);
}

public sealed record CallbackRequested(string Id, string Location)
{
    public static CallbackRequested Example => new("cb-5k2m8q0v3x7c9d1f", "/api/callbacks/cb-5k2m8q0v3x7c9d1f");
}
