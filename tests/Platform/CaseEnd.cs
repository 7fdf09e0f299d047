using System.Text.Json;
using LocalHost.Tour;
using Penalties.Cases;
using Penalties.Rules;

namespace Platform.Tests;

/// <summary>What is wrong with a case that has ended, whatever happened on its way.</summary>
/// <param name="Lost">What should be there and is not.</param>
/// <param name="Doubled">What is there more than once.</param>
/// <param name="Untrue">What was told and does not hold.</param>
internal sealed record CaseEnd(IReadOnlyList<string> Lost, IReadOnlyList<string> Doubled, IReadOnlyList<string> Untrue)
{
    /// <summary>Each owed to the ticket once.</summary>
    private static readonly string[] Notes =
        ["내부신고 접수", "피드백요청 접수(3차)", "페널티 요청 등록", "상호차단 완료", "재인입 1회", "결과 안내 문자 발송 완료"];

    public bool IsRight => Lost.Count + Doubled.Count + Untrue.Count == 0;

    public override string ToString() => $"lost: {string.Join("; ", Lost)} doubled: {string.Join("; ", Doubled)} untrue: {string.Join("; ", Untrue)}";

    public static async Task<CaseEnd> Of(HostProcess host, WholeCase story)
    {
        var received = await story.Received();
        return await StoredCase.Find(host, story.Id) is { } stored
            ? new([.. LostOf(stored, received)], [.. DoubledOf(received)], [.. UntrueOf(stored, received, story)])
            : new(["the case"], [.. DoubledOf(received)], []);
    }

    private static IEnumerable<string> LostOf(StoredCase stored, ReceivedByCase received) =>
    [
        .. stored.Case.Life is LifeState.Closed ? Array.Empty<string>() : [$"its end: {stored.Case.State}"],
        .. stored.OwesNothing ? Array.Empty<string>() : ["something owed"],
        .. received.Posts.Any() ? Array.Empty<string>() : ["the post"],
        .. received.Comments.Any(static comment => comment.Text.Contains("재인입 1회", StringComparison.Ordinal)) ? Array.Empty<string>() : ["the comment"],
        .. received.Notices.Any(static notice => notice.Text.Contains("재인입 1회", StringComparison.Ordinal)) ? Array.Empty<string>() : ["the notice"],
        .. received.Blocks.Any(static block => !block.Unblocked) ? Array.Empty<string>() : ["the block"],
        .. received.Sms.Any(static sms => sms.Delivered) ? Array.Empty<string>() : ["the text"],
        .. Notes.Where(words => !received.NoteLines.Any(line => line.Contains(words, StringComparison.Ordinal))),
    ];

    private static IEnumerable<string> DoubledOf(ReceivedByCase received) =>
    [
        .. received.Posts.Skip(1).Select(post => $"{post.Text} at {post.At:T}, the first at {received.Posts.First().At:T}"),
        .. received.Notices.Skip(1).Select(static notice => notice.Text),
        .. received.Blocks.Skip(1).Select(static block => block.Key),
        .. received.Sms.Skip(1).Select(static sms => sms.Text),
        .. received.Comments.Select(static comment => comment.Text).Concat(received.NoteLines).GroupBy(static text => text).SelectMany(static same => same.Skip(1)),
    ];

    private static IEnumerable<string> UntrueOf(StoredCase stored, ReceivedByCase received, WholeCase story)
    {
        var (current, log) = stored;
        var sent = log.FirstOrDefault(static entry => entry.Event is MessageSent)?.At;
        (bool Holds, string Told)[] told =
        [
            (received.Sms.All(sms => sms.Text == story.Answer && sms.Subject == Script.Subject && sms.To == "01012345678"), "the text is not the script's"),
            (sent is null || sent >= story.DueAt, $"sent at {sent:u}, before it was due"),
            (current.Block is not BlockState.Confirmed || received.Blocks.Any(static block => !block.Unblocked), "the case says it is blocked"),
            (current.Promise is not PromiseState.Answered || received.Sms.Any(static sms => sms.Delivered), "the case says it is answered"),
            (log.Count(static entry => entry.Event is ManagersTold) == received.Notices.Count, "the case says that managers were told"),
            (received.Notes.All(static note => !note.Public), "a note is public"),
            (log.Select(static entry => entry.Seq).SequenceEqual(Enumerable.Range(1, log.Count).Select(static seq => (long)seq)), "the log has a gap"),
            (Text(Transitions.Replay(log.Select(static entry => (entry.Event, entry.At)))) == Text(current), "the log does not give the state"),
        ];
        return told.Where(static one => !one.Holds).Select(static one => one.Told);
    }

    private static string Text(PenaltyCase one) => JsonSerializer.Serialize(one, CaseJson.Options);
}
