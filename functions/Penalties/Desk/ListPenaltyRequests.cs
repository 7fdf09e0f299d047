using System.Security.Cryptography;
using System.Text;
using Penalties.Privacy;

namespace Penalties.Desk;

/// <summary>
/// <c>GET /api/penalty-requests</c>: a page of cases, narrowed by state, due date, centre, violation and driver. A search by driver tells of one person: the
/// access log has it, page by page. 400 names what is allowed.
/// </summary>
public sealed class ListPenaltyRequests(CaseIndex index, AccessLog access)
{
    private const int MaxSize = 200;

    [Function(nameof(ListPenaltyRequests))]
    [Allowed(Role.Agent | Role.Manager | Role.Operator | Role.Auditor)]
    [Api("A page of cases", Answer = typeof(IndexPage), Refusals = ["400 invalid_request"])]
    [Query("state", "Where the case stands", Values = typeof(CaseState))]
    [Query("due", "KST date on which the answer is due, such as 2026-09-21; or due_from and due_to")]
    [Query("due_from", "First such date")]
    [Query("due_to", "Last such date")]
    [Query("centre", "KOC or KMCC")]
    [Query("violation", "위반항목, in the script's words")]
    [Query("driver", "A driver's id; the search is logged")]
    [Query("kind", "A complaint or a callback", Values = typeof(CaseKind))]
    [Query("size", "1 to 200, default 50")]
    [Query("continuation", "From the page before")]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "penalty-requests")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new ListQuery(request.Query);
        var filter = query.Filter();
        var size = query.Number("size", 1, MaxSize, fallback: 50);
        var continuation = query.Token("continuation", filter);
        if (query.Problems.Count > 0)
        {
            return RequestForm.Invalid(query.Problems);
        }

        if (filter.DriverId is { } driver)
        {
            await access.Record(request, AccessLog.DriverSearch, driver, reason: null, cancellation);
        }

        var page = await index.List(filter, size, continuation, cancellation);
        return new OkObjectResult(page with { Continuation = ListQuery.Opaque(page.Continuation, filter) });
    }
}

/// <summary>Reads the query of a list, and says everything that is wrong with it.</summary>
internal sealed class ListQuery(IQueryCollection query)
{
    private const int MarkLength = 8;

    public List<string> Problems { get; } = [];

    public IndexFilter Filter() => new(
        Value<CaseState>("state"),
        Date("due") ?? Date("due_from"),
        Date("due") ?? Date("due_to"),
        Term("centre", KoreanTerms.CentreOf, KoreanTerms.CentreNames),
        Term("violation", KoreanTerms.ViolationOf, KoreanTerms.ViolationNames),
        Driver(),
        Value<CaseKind>("kind"));

    public T? Value<T>(string name)
        where T : struct, Enum
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        // By name only: the parser itself also takes numbers and lists.
        var found = Enum.GetValues<T>().Cast<T?>().FirstOrDefault(one => one.ToString()!.Equals(text, StringComparison.OrdinalIgnoreCase));
        return found ?? Refuse<T>($"{name}: allowed: {string.Join(", ", Enum.GetNames<T>())}.");
    }

    public DateOnly? Date(string name) => Text(name) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date
        : Refuse<DateOnly>($"{name}: a KST date such as 2026-09-21 is required.");

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => Refuse<bool>($"{name}: allowed: true, false."),
    };

    public int Number(string name, int least, int most, int fallback)
    {
        if (Text(name) is not { } text)
        {
            return fallback;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Refuse<int>($"{name}: allowed: {least} to {most}.") ?? fallback;
    }

    /// <summary>The storage's own token out of the opaque one callers get: that of another list, or anything else, is refused.</summary>
    /// <param name="list">What the list is narrowed by.</param>
    public string? Token(string name, object list)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var raw = new byte[text.Length];
        if (Convert.TryFromBase64String(text, raw, out var length) && length > MarkLength && raw.AsSpan(0, MarkLength).SequenceEqual(Mark(list)))
        {
            return Encoding.UTF8.GetString(raw.AsSpan(MarkLength, length - MarkLength));
        }

        Problems.Add($"{name}: the value of the page before is required, unchanged, with the same filters.");
        return null;
    }

    public string? Text(string name) => query[name].ToString() is { Length: > 0 } text ? text : null;

    public static string? Opaque(string? token, object list) =>
        token is null ? null : Convert.ToBase64String([.. Mark(list), .. Encoding.UTF8.GetBytes(token)]);

    private static byte[] Mark(object list) => SHA256.HashData(Encoding.UTF8.GetBytes($"{list}"))[..MarkLength];

    private T? Term<T>(string name, Func<string?, T?> parse, IReadOnlyCollection<string> allowed)
        where T : struct => Text(name) is not { } text ? null : parse(text) ?? Refuse<T>($"{name}: allowed: {string.Join(", ", allowed)}.");

    private string? Driver()
    {
        if (Text("driver") is { } text)
        {
            Problems.AddRange(RequestForm.Person("driver", text));
            return text;
        }

        return null;
    }

    private T? Refuse<T>(string problem)
        where T : struct
    {
        Problems.Add(problem);
        return null;
    }
}
