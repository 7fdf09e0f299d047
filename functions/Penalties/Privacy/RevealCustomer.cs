using Penalties.Outside.Sms;

namespace Penalties.Privacy;

/// <summary>
/// <c>POST /api/penalty-requests/{id}/customer</c> {"reason"}: the customer of a case, unmasked, for a reason; the access log has it before it is shown.
/// (The reason stands in the body because addresses are logged everywhere.) 400, 404.
/// </summary>
public sealed class RevealCustomer(CaseStore cases, ContactStore contacts, AccessLog access)
{
    [Function(nameof(RevealCustomer))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api(
        "The customer, unmasked; the access is logged", Body = typeof(AccessForm), Answer = typeof(WholeCustomerView),
        Refusals = ["404 unknown_case", "404 contact_purged"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "penalty-requests/{id}/customer")] HttpRequest request, string id, CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<AccessForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        if (!CaseId.IsWellFormed(id, CaseKind.Penalty) || await cases.Find(id, cancellation) is not { } current)
        {
            return CaseRoutes.NotFound(id);
        }

        if (await contacts.Find(current, cancellation) is not { } customer)
        {
            return Problem.Result(404, "contact_purged", "The customer's contact data was purged.");
        }

        await access.Record(request, AccessLog.Whole, id, form.Reason, cancellation);
        return new OkObjectResult(new WholeCustomerView(
            customer.CustomerId, PhoneNumber.National(customer.Phone), customer.Name, customer.RideCalledAt, customer.RideOrigin, customer.RideDestination, customer.Text));
    }
}

/// <param name="Text">What the customer said, as the agent wrote it.</param>
public sealed record WholeCustomerView(
    string CustomerId, string Phone, string? Name, string? RideCalledAt, string? RideOrigin, string? RideDestination, string? Text)
{
    public static WholeCustomerView Example => new("C-88213", "01012345678", "홍길동", "2026-09-18T21:50:00+09:00", null, null, "과속이 심했어요.");
}
