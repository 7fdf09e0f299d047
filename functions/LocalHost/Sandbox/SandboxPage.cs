using System.Net;
using System.Text.RegularExpressions;

namespace LocalHost.Sandbox;

/// <summary>The received document for people: one self-contained HTML page, phone numbers masked.</summary>
internal static partial class SandboxPage
{
    private static readonly TimeSpan s_kst = TimeSpan.FromHours(9);

    public static string Render(ReceivedDocument received, ScenarioState scenario)
    {
        var page = new StringBuilder(Head);
        Faults(page, "Fault orders that stand", scenario.Standing);
        if (scenario.UsedUp.Count > 0)
        {
            Faults(page, "Fault orders used up", scenario.UsedUp);
        }

        Section(page, "Board (Agit)", ["at", "board", "id", "comment on", "text"], received.Board, p =>
            [At(p.At), p.Board, Id(p.Id), p.ParentId is { } parent ? Id(parent) : "", p.Text]);
        Section(page, "Mutual blocks (driver admin)", ["at", "key", "driver", "customer", "calls", "un-blocked"], received.Blocks, b =>
            [At(b.BlockedAt), b.Key, b.DriverId, b.CustomerId, Id(b.Calls), b.UnblockedAt is { } at ? At(at) : ""]);
        Section(page, "Outcome look-ups (driver admin)", ["case", "times", "last answer"], received.Outcomes, o =>
            [o.CaseId, Id(o.Count), o.LastState]);
        Section(page, "SMS (Solapi, NHN)", ["sent at", "to", "from", "type", "status", "bytes", "subject", "text", "group"], received.Sms, s =>
            [At(s.SentAt), s.To, s.From, s.Type, s.StatusCode, Id(s.Bytes), s.Subject ?? "", s.Text, s.GroupId]);
        Section(page, "Delivery reports (Solapi, NHN)", ["messages", "tries", "last status"], received.Reports, r =>
            [string.Join(' ', r.MessageIds), Id(r.Tries), r.Status is { } status ? Id(status) : "no answer"]);
        Section(page, "Notes (Zendesk)", ["at", "ticket", "seen by", "author", "body"], received.Notes, n =>
            [At(n.At), Id(n.Ticket), n.Public ? "customer" : "agents", Id(n.Author), n.Body]);
        Section(page, "Tickets (Zendesk)", ["ticket", "status", "tags", "fields"], received.Tickets, t =>
            [Id(t.Ticket), t.Status, string.Join(' ', t.Tags), string.Join('\n', t.Fields.Select(f => $"{Id(f.Key)} = {f.Value}"))]);
        Section(page, "Requests", ["system", "operation", "times"], received.Requests, r => [r.System.Name(), r.Operation, Id(r.Count)]);
        Section(page, "Refused", ["at", "system", "operation", "status", "reason"], received.Refused, r =>
            [At(r.At), r.System.Name(), r.Operation, Id(r.Status), r.Reason]);
        return page.Append("</body></html>").ToString();
    }

    /// <summary>010-1234-5678 in any of its forms becomes 010-****-5678.</summary>
    public static string Mask(string text) => Phone().Replace(text, "$1-****-$2");

    private static void Faults(StringBuilder page, string title, IReadOnlyList<FaultCount> orders) => Section(
        page, title, ["system", "operation", "when", "does", "to", "seed", "requests", "carried out", "still to come"], orders, o =>
        [
            o.Fault.System.Name(),
            o.Fault.Operation,
            o.Fault.When == FaultMoment.Before ? "before the effect" : "after the effect",
            Does(o.Fault),
            o.Fault.Rate is { } rate ? $"{(100 * rate).ToString("0.##", CultureInfo.InvariantCulture)} % of the requests" : "every request",
            Id(o.Fault.Seed),
            Id(o.Requests),
            Id(o.CarriedOut),
            o.Left is { } left ? Id(left) : "until cleared",
        ]);

    private static string Does(Fault fault)
    {
        var kind = fault.Kind switch
        {
            FaultKind.Status when fault.RetryAfterSeconds is { } seconds => $"answers {Id(fault.Status)}, Retry-After {Id(seconds)} s",
            FaultKind.Status => $"answers {Id(fault.Status)}",
            FaultKind.Hold => "holds the request",
            FaultKind.Drop => "closes the connection",
            FaultKind.Delay => "goes on late",
            FaultKind.SlowBody => "answers slowly",
            FaultKind.CutBody => "cuts the answer",
            FaultKind.Garbage => "answers 200 and garbage",
        };
        return fault.DelayMs == 0 ? kind : $"{kind} ({Id(fault.DelayMs)} ms)";
    }

    private static void Section<T>(StringBuilder page, string title, string[] columns, IReadOnlyList<T> rows, Func<T, string[]> cells)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{WebUtility.HtmlEncode(title)} <small>{rows.Count}</small></h2>\n");
        if (rows.Count == 0)
        {
            page.Append("<p>nothing yet</p>\n");
            return;
        }

        page.Append("<table><tr>");
        foreach (var column in columns)
        {
            page.Append("<th>").Append(WebUtility.HtmlEncode(column));
        }

        foreach (var row in rows)
        {
            page.Append("\n<tr>");
            foreach (var cell in cells(row))
            {
                page.Append("<td>").Append(WebUtility.HtmlEncode(Mask(cell)));
            }
        }

        page.Append("\n</table>\n");
    }

    private static string At(DateTimeOffset at) => at.ToOffset(s_kst).ToString("yyyy-MM-dd HH:mm:ss 'KST'", CultureInfo.InvariantCulture);

    private static string Id(long? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    [GeneratedRegex(@"(?<![0-9A-Za-z])(\+82[-. ]?\d{1,2}|050\d|02|0\d{2})[-. ]?\d{3,4}[-. ]?(\d{4})(?![0-9A-Za-z])")]
    private static partial Regex Phone();

    private const string Head = """
        <!doctype html>
        <html lang="ko"><head><meta charset="utf-8"><title>Sandbox: what the outside world received</title>
        <style>
        body { font: 14px/1.45 system-ui, "Noto Sans KR", "Apple SD Gothic Neo", "Malgun Gothic", sans-serif; }
        body { margin: 1.5rem auto; max-width: 100rem; padding: 0 1rem; }
        h2 { font-size: 1.1rem; margin: 1.6rem 0 .3rem; }
        small, p { color: #666; font-weight: normal; margin: 0; }
        table { border-collapse: collapse; width: 100%; }
        th, td { border: 1px solid #ccc; padding: .25rem .5rem; text-align: left; vertical-align: top; }
        th { background: #f2f2f2; white-space: nowrap; } td { white-space: pre-wrap; overflow-wrap: anywhere; }
        </style></head><body>
        <h1>What the outside world received</h1>
        <p>The same as <a href="/sandbox/received">one JSON document</a>, with phone numbers masked, and the
        <a href="/sandbox/scenario">orders to misbehave</a>. Times are Korean.</p>

        """;
}
