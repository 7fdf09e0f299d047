using System.Text;
using CsvHelper;
using CsvHelper.Configuration;

namespace Penalties.Privacy;

/// <summary>
/// <c>POST /api/exports/penalty-requests</c> {"reason"} with the filters of the list: the list as CSV (RFC 4180, UTF-8 with a byte order mark,
/// so that spreadsheets read Hangul).
/// It holds no customer's data; that it was taken away, and why, is logged. 400.
/// </summary>
public sealed class ExportPenaltyRequests(CaseIndex index, AccessLog access)
{
    private const int Page = 1_000;

    /// <summary>More rows than this are asked for in parts, by date.</summary>
    private const int Most = 50_000;

    private static readonly CsvConfiguration Csv = new(CultureInfo.InvariantCulture)
    {
        NewLine = "\r\n",
        // A cell that begins like a formula is not run by a spreadsheet.
        InjectionOptions = InjectionOptions.Escape,
    };

    [Function(nameof(ExportPenaltyRequests))]
    [Allowed(Role.Manager | Role.Auditor)]
    [Api("The list as CSV", Body = typeof(AccessForm), AnswerType = "text/csv", Refusals = ["400 invalid_request", "413 too_many_rows"])]
    [Query("state", "Where the case stands", Values = typeof(Rules.CaseState))]
    [Query("due", "KST date on which the answer is due; or due_from and due_to")]
    [Query("due_from", "First such date")]
    [Query("due_to", "Last such date")]
    [Query("centre", "KOC or KMCC")]
    [Query("violation", "위반항목, in the script's words")]
    [Query("driver", "A driver's id")]
    [Query("kind", "A complaint or a callback", Values = typeof(Rules.CaseKind))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "exports/penalty-requests")] HttpRequest request, CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<AccessForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var query = new ListQuery(request.Query);
        var filter = query.Filter();
        if (query.Problems.Count > 0)
        {
            return RequestForm.Invalid(query.Problems);
        }

        var rows = new List<IndexEntry>();
        string? continuation = null;
        do
        {
            var page = await index.List(filter, Page, continuation, cancellation);
            rows.AddRange(page.Cases);
            continuation = page.Continuation;
            if (rows.Count > Most)
            {
                return Problem.Result(413, "too_many_rows", $"More than {Most} cases; narrow them by date, state or centre.");
            }
        }
        while (continuation is not null);

        await access.Record(request, AccessLog.Export, filter.DriverId, form.Reason, cancellation);
        return new FileContentResult(Write(rows), "text/csv; charset=utf-8") { FileDownloadName = "penalty-requests.csv" };
    }

    private static byte[] Write(IEnumerable<IndexEntry> rows)
    {
        using var memory = new MemoryStream();
        using (var text = new StreamWriter(memory, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        using (var csv = new CsvWriter(text, Csv))
        {
            csv.WriteRecords(rows.Select(Row.Of));
        }

        return memory.ToArray();
    }

    private sealed record Row(string Id, string Kind, string State, string FiledAt, string Due, string Centre, string Violation, string DriverId, string Ticket)
    {
        public static Row Of(IndexEntry entry) => new(
            entry.Id, entry.Kind, entry.State, Time(entry.FiledAt), entry.Due is { } due ? Time(due) : "", entry.Centre, entry.Violation, entry.DriverId, entry.Ticket);

        private static string Time(DateTimeOffset kst) => kst.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
    }
}
