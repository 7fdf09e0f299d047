using Penalties.Intake;
using Penalties.Privacy;

namespace Penalties.Desk;

/// <summary>
/// <c>POST /api/re-contacts</c>: the customer asks again, and the agent does not know the case. Found by customer, driver and ride; else by what
/// of them is known, if that fits one case; several go to a manager, and the answer names them. The access log has a search that names a driver,
/// found or not. 400, 404.
/// </summary>
public sealed class FindReContact(
    CaseRoutes routes, CaseStore cases, CaseDirectory directory, ContactStore contacts, ComplaintMapper mapper, ReContactAnswers answers,
    AccessLog access)
{
    [Function(nameof(FindReContact))]
    [Allowed(Role.Agent | Role.Manager)]
    [Api(
        "The customer asks again, and the case is not known; 202 where several fit and a manager was asked", Body = typeof(ReContactSearchForm),
        Answer = typeof(ReContactAnswer), Accepted = typeof(SeveralCases), Refusals = ["404 no_case_found"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "re-contacts")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReContactSearchForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        if (form.DriverId is { } searched)
        {
            await access.Record(request, AccessLog.DriverSearch, searched, reason: null, cancellation);
        }

        var found = await Find(form, cancellation);
        if (found.Count == 0)
        {
            return Problem.Result(404, "no_case_found", "No case of this customer fits what was given.");
        }

        // Which one is meant is a person's to say: the newest carries the question to a manager.
        var call = CaseCall.By(request, durable, found[0], nameof(FindReContact));
        var change = await routes.Change(
            call,
            current => found.Count == 1
                ? [answers.Told(current, form.AskedWhen)]
                : [new ReContacted(form.AskedWhen), new HandedToManager(HandoverReason.ReContactUnclear)],
            cancellation,
            current => answers.Of(current, form.AskedWhen),
            form.Delivery);
        return found.Count == 1 || change is not OkObjectResult
            ? change
            : new ObjectResult(new SeveralCases("with-manager", found)) { StatusCode = StatusCodes.Status202Accepted };
    }

    private async Task<IReadOnlyList<string>> Find(ReContactSearchForm form, CancellationToken cancellation)
    {
        var customer = mapper.CustomerKey(form.CustomerId!);
        if (form.DriverId is { } driver && form.RideKey(mapper) is { } ride
            && await contacts.Owner(mapper.MatchKey(driver, ride, customer), cancellation) is { } exact && await cases.Find(exact, cancellation) is not null)
        {
            return [exact];
        }

        var found = await directory.CasesOf(customer, form.DriverId, cancellation);
        return form.RideKey(mapper) is { } named ? await Of(named, found, cancellation) : found;
    }

    /// <summary>A ride that was named is the one that is meant, or none is.</summary>
    private async Task<IReadOnlyList<string>> Of(string rideKey, IReadOnlyList<string> found, CancellationToken cancellation)
    {
        var fitting = new List<string>();
        foreach (var id in found)
        {
            if (await cases.Find(id, cancellation) is { } one && one.Complaint.RideKey == rideKey)
            {
                fitting.Add(id);
            }
        }

        return fitting;
    }
}

/// <summary>Several cases fit: the contact was counted on the newest, and a manager was asked which is meant.</summary>
public sealed record SeveralCases(string Status, IReadOnlyList<string> Cases)
{
    public static SeveralCases Example => new("with-manager", ["pr-5k2m8q0v3x7c9d1f", "pr-0a1b2c3d4e5f6g7h"]);
}

/// <param name="Contact">The contact's id in the caller's system, by which a request sent again is recognised.</param>
/// <param name="CustomerId">The customer's id in the driver admin system.</param>
/// <param name="RideId">The ride's id, or <paramref name="RideCalledAt"/> with origin and destination as the complaint told them.</param>
public sealed record ReContactSearchForm(
    string? Contact,
    string? CustomerId,
    string? DriverId = null,
    string? RideId = null,
    string? RideCalledAt = null,
    string? RideOrigin = null,
    string? RideDestination = null,
    bool AskedWhen = false) : IForm
{
    public static ReContactSearchForm Example => new("call-20260920-0412", "C-88213", "D-1029", "R-20260918-001");

    internal string Delivery => $"contact-{Contact}";

    internal string? RideKey(ComplaintMapper mapper) => RideId is null && (RideCalledAt ?? RideOrigin ?? RideDestination) is null
        ? null
        : mapper.RideKey(RideId, RideCalledAt, RideOrigin, RideDestination);

    IEnumerable<string> IForm.Problems() =>
    [
        .. RequestForm.Person("contact", Contact),
        .. RequestForm.Person("customerId", CustomerId),
        .. DriverId is null ? [] : RequestForm.Person("driverId", DriverId),
        .. RideId is null ? [] : RequestForm.Person("rideId", RideId),
        .. RideCalledAt is null || ComplaintFormRules.TimeOf(RideCalledAt) is not null
            ? Array.Empty<string>()
            : ["rideCalledAt: a time with its offset, such as 2026-09-18T22:30:00+09:00, is required."],
    ];
}
