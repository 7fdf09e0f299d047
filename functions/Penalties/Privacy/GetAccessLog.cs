namespace Penalties.Privacy;

/// <summary><c>GET /api/access-log?month=yyyy-MM&amp;case=&amp;by=</c>: who saw whose data, for the monthly check, 1,000 entries a page. 400.</summary>
public sealed class GetAccessLog(AccessLog access)
{
    private const int Most = 1_000;

    [Function(nameof(GetAccessLog))]
    [Allowed(Role.Auditor)]
    [Api("Who saw whose data", Answer = typeof(AccessPage), Refusals = ["400 invalid_request"])]
    [Query("month", "KST month, such as 2026-09", Required = true)]
    [Query("case", "Only accesses to this case")]
    [Query("by", "Only this person's")]
    [Query("continuation", "From the page before")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "access-log")] HttpRequest request, CancellationToken cancellation)
    {
        if (!DateOnly.TryParseExact($"{request.Query["month"]}-01", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var month))
        {
            return RequestForm.Invalid(["month: a KST month such as 2026-09 is required."]);
        }

        var query = new ListQuery(request.Query);
        var after = query.Token("continuation", nameof(GetAccessLog));
        if (query.Problems.Count > 0)
        {
            return RequestForm.Invalid(query.Problems);
        }

        var entries = new List<AccessEntry>();
        string? last = null;
        await foreach (var (key, entry) in access.Read(month, query.Text("case"), query.Text("by"), after, cancellation))
        {
            if (entries.Count == Most)
            {
                return new OkObjectResult(new AccessPage(entries, ListQuery.Opaque(last, nameof(GetAccessLog))));
            }

            entries.Add(entry);
            last = key;
        }

        return new OkObjectResult(new AccessPage(entries, null));
    }
}
