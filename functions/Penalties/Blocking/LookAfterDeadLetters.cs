using System.Text;
using Penalties.Privacy;

namespace Penalties.Blocking;

/// <summary>
/// <c>GET /api/dead-letters?replayed=&amp;size=&amp;continuation=</c>: messages of the app's queues that nobody could handle.
/// <c>POST /api/dead-letters/{id}</c> {"reason"}: the body of one that is neither command nor result, which may hold anything; the access is logged.
/// <c>POST /api/dead-letters/{id}/replay</c> {"reason","dryRun"?}: sends a command or result once more, where its case still wants it; without
/// <c>"dryRun":false</c> it only says what would be sent. 400, 404, 409.
/// </summary>
public sealed partial class LookAfterDeadLetters(
    DeadLetters letters, CaseStore cases, BlockQueues queues, AccessLog access, ILogger<LookAfterDeadLetters> log)
{
    [Function(nameof(ListDeadLetters))]
    [Allowed(Role.Operator | Role.Auditor)]
    [Api("Messages of the app's queues that nobody could handle", Answer = typeof(DeadLetterPage), Refusals = ["400 invalid_request"])]
    [Query("replayed", "true or false; without it both")]
    [Query("size", "1 to 200, default 50")]
    [Query("continuation", "From the page before")]
    public async Task<IActionResult> ListDeadLetters(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "dead-letters")] HttpRequest request, CancellationToken cancellation)
    {
        var query = new ListQuery(request.Query);
        var size = query.Number("size", 1, 200, fallback: 50);
        var replayed = query.Flag("replayed");
        var list = (nameof(ListDeadLetters), replayed);
        var continuation = query.Token("continuation", list);
        if (query.Problems.Count > 0)
        {
            return RequestForm.Invalid(query.Problems);
        }

        var page = await letters.List(replayed, size, continuation, cancellation);
        return new OkObjectResult(page with { Continuation = ListQuery.Opaque(page.Continuation, list) });
    }

    [Function(nameof(RevealDeadLetter))]
    [Allowed(Role.Manager)]
    [Api(
        "The body of a dead letter that cannot be read; the access is logged", Body = typeof(AccessForm), AnswerType = "text/plain",
        Refusals = ["400 invalid_request", "404 unknown_dead_letter"])]
    public async Task<IActionResult> RevealDeadLetter(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "dead-letters/{id}")] HttpRequest request, string id, CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<AccessForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        if (!Id.IsWellFormed(id) || await letters.Unreadable(id, cancellation) is not { } body)
        {
            return Problem.Result(404, "unknown_dead_letter", "There is no unreadable body of such a dead letter, or it was purged.");
        }

        await access.Record(request, AccessLog.DeadLetterBody, id, form.Reason, cancellation);
        return new ContentResult { Content = Encoding.UTF8.GetString(body), ContentType = "text/plain; charset=utf-8" };
    }

    [Function(nameof(ReplayDeadLetter))]
    [Allowed(Role.Operator)]
    [Api(
        "Sends the command or result of a dead letter once more, or says what would be sent; it is logged", Body = typeof(ReplayForm), Answer = typeof(ReplayView),
        Refusals = ["400 invalid_request", "404 unknown_dead_letter", "409 not_readable", "409 not_wanted"])]
    public async Task<IActionResult> ReplayDeadLetter(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "dead-letters/{id}/replay")] HttpRequest request, string id, CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<ReplayForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        if (!Id.IsWellFormed(id) || await letters.Find(id, cancellation) is not { } letter)
        {
            return Problem.Result(404, "unknown_dead_letter", "There is no such dead letter, or it was purged.");
        }

        if ((letter.Command?.CaseId ?? letter.Result?.CaseId) is not { } caseId)
        {
            return Problem.Result(409, "not_readable", "The message is neither a block command nor a block result: there is nothing to send again.");
        }

        if (await cases.Find(caseId, cancellation) is not { } current || !letter.IsWantedBy(current))
        {
            return Problem.Result(409, "not_wanted", "The case does not wait for this any more: it has ended, was decided otherwise, or a newer command took its place.");
        }

        var replay = letter.Entry.Replays + 1;
        if (form.DryRun is not false)
        {
            return new OkObjectResult(new ReplayView(letter.Entry, current.Block.ToString(), Sent: false));
        }

        var by = request.Caller().Person;
        await access.Record(request, AccessLog.DeadLetterReplay, caseId, form.Reason, cancellation);
        var origin = new Dictionary<string, object> { ["OriginalMessageId"] = letter.Entry.MessageId ?? "", ["ReplayedBy"] = by };
        await (letter.Command is { } command
            ? queues.Send(command with { Delivery = 1, Replay = replay }, cancellation, properties: origin)
            : queues.Send(letter.Result! with { Delivery = 1, Replay = replay }, cancellation, properties: origin));
        await letters.NoteReplay(id, replay, by, cancellation);
        LogReplayed(log, id, caseId, by);
        return new OkObjectResult(new ReplayView((await letters.Find(id, cancellation))!.Entry, current.Block.ToString(), Sent: true));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Dead letter {Letter} of case {CaseId} was sent again by {Person}")]
    private static partial void LogReplayed(ILogger log, string letter, string caseId, string person);
}

/// <param name="Reason">1 to 500 characters without a phone number; it stands in the access log.</param>
/// <param name="DryRun">Only false sends.</param>
public sealed record ReplayForm(string? Reason, bool? DryRun = null) : IForm
{
    public static ReplayForm Example => new("배차 관리 시스템 복구 후 재전송", DryRun: false);

    IEnumerable<string> IForm.Problems() => RequestForm.KeptReason(Reason);
}

/// <param name="Block">Of the case, when it was looked at.</param>
/// <param name="Sent">False: a dry run.</param>
public sealed record ReplayView(DeadLetterEntry Letter, string Block, bool Sent)
{
    public static ReplayView Example => new(DeadLetterEntry.Example, nameof(BlockState.Failed), Sent: false);
}
