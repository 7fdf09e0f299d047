using Penalties.Privacy;

namespace Penalties.Desk;

/// <summary>
/// <c>GET /api/callbacks/{id}</c>: a callback with its due time and whom to phone. A manager sees the number whole, an agent masked; the access
/// log says so. 404.
/// </summary>
public sealed class GetCallback(CaseStore cases, ContactStore contacts, Snapshots snapshots, AccessLog access)
{
    [Function(nameof(GetCallback))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api("A callback with its due time and whom to phone", Answer = typeof(CallbackView), Refusals = ["404 unknown_case"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "callbacks/{id}")] HttpRequest request, string id, CancellationToken cancellation)
    {
        if (!CaseId.IsWellFormed(id, CaseKind.Callback) || await cases.Find(id, cancellation) is not { } callback)
        {
            return CaseRoutes.NotFound(id);
        }

        var isWhole = request.Caller().Roles.HasFlag(Role.Manager);
        var customer = await contacts.Find(callback, cancellation);
        if (customer is not null)
        {
            await access.Record(request, isWhole ? AccessLog.Whole : AccessLog.Masked, id, nameof(GetCallback), cancellation);
        }

        var log = await cases.ReadLog(id, cancellation);
        return new OkObjectResult(new CallbackView(
            callback.Id,
            callback.About ?? "",
            callback.Complaint.Ticket,
            callback.Callback,
            callback.CallbackTries,
            snapshots.CallbackDueOf(callback) is { } due ? Korea.TimeOf(due) : null,
            customer is null ? null : isWhole ? PhoneOf(customer) : Masking.Phone(customer.Phone),
            TimelineEntry.ListFor(request.Caller(), log)));
    }

    private static string PhoneOf(Contact customer) => Outside.Sms.PhoneNumber.National(customer.Phone);
}

/// <param name="About">The complaint it belongs to.</param>
/// <param name="Tries">How often nobody answered (부재); after the third a manager decides.</param>
/// <param name="Due">When the customer is to have been phoned, KST; null once done or cancelled, and while a manager decides.</param>
/// <param name="Phone">Whole for a manager, masked for an agent; null when the data was purged.</param>
public sealed record CallbackView(
    string Id, string About, string Ticket, CallbackState State, int Tries, DateTimeOffset? Due, string? Phone, IReadOnlyList<TimelineEntry> Timeline)
{
    public static CallbackView Example => new(
        "cb-5k2m8q0v3x7c9d1f", "pr-5k2m8q0v3x7c9d1f", "4711", CallbackState.Due, 0, new(2026, 9, 22, 9, 0, 0, Korea.Offset), "010-****-5678", []);
}
