using System.Text;
using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class ListsAndExports(StorageFixture storage)
{
    [Fact]
    public async Task Cases_are_found_by_state_due_date_centre_violation_driver_and_kind_page_by_page()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var promised = await story.File(A.FeedbackRequest);
        var kmcc = await story.File(A.Complaint with { Centre = "KMCC", RideId = "R-2", DriverId = "D-2", Violation = "현금요구" });
        var unclear = await story.File(A.Complaint with { RideId = "R-3", Unclear = "true", Supervisor = "true" });

        Assert.Equal([promised.Id], await Ids(story, "?state=AnswerPromised"));
        Assert.Equal([promised.Id], await Ids(story, "?due=2026-09-21"));
        Assert.Equal([promised.Id], await Ids(story, "?due_from=2026-09-20&due_to=2026-09-22"));
        Assert.Empty(await Ids(story, "?due_from=2026-09-22"));
        Assert.Equal([kmcc.Id], await Ids(story, "?centre=KMCC"));
        Assert.Equal([kmcc.Id], await Ids(story, "?state=Closed&violation=" + Uri.EscapeDataString("현금요구")));
        Assert.Equal([kmcc.Id], await Ids(story, "?driver=D-2"));
        Assert.Equal([story.CallbackOf(unclear)], await Ids(story, "?kind=Callback"));

        var paged = new List<string?>();
        string? token = null;
        do
        {
            var page = await story.Desk.List($"?size=1{(token is null ? "" : $"&continuation={Uri.EscapeDataString(token)}")}");
            Assert.InRange(page.GetProperty("cases").GetArrayLength(), 0, 1);
            paged.AddRange(page.GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("id").GetString()));
            token = page.GetProperty("continuation").GetString();
        }
        while (token is not null);
        Assert.Equal((await Ids(story, "")).Order(), paged.Order());
        Assert.Equal(4, paged.Count);

        var first = (await story.Desk.List("?size=1")).GetProperty("continuation").GetString()!;
        Assert.Equal(400, (await story.Get($"api/penalty-requests?centre=KOC&continuation={Uri.EscapeDataString(first)}")).Status);
    }

    [Fact]
    public async Task The_export_is_a_csv_without_customers_and_the_access_log_says_who_took_it_what_for()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        Assert.Equal(403, (int)(await story.Desk.Post("api/exports/penalty-requests", new { reason = "x" }, Person.Agent)).StatusCode);
        Assert.Equal(400, (int)(await story.Desk.Post("api/exports/penalty-requests", new { }, Person.Manager)).StatusCode);

        using var answer = await story.Desk.Post("api/exports/penalty-requests?state=AnswerPromised", new { reason = "월간 점검" }, Person.Manager);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        var lines = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("Id,Kind,State,FiledAt,Due,Centre,Violation,DriverId,Ticket", lines[0]);
        Assert.StartsWith($"{request.Id},Penalty,AnswerPromised,2026-09-18T22:30:00+09:00,2026-09-21T09:0", Assert.Single(lines[1..]), StringComparison.Ordinal);

        var entry = Assert.Single((await story.Get("api/access-log?month=2026-09&by=manager-2", Person.Auditor)).Body.GetProperty("accesses").EnumerateArray());
        Assert.Equal(("export", "월간 점검"), (entry.GetProperty("what").GetString(), entry.GetProperty("reason").GetString()));
    }

    private static async Task<IReadOnlyList<string?>> Ids(Story story, string query) =>
        [.. (await story.Desk.List(query)).GetProperty("cases").EnumerateArray().Select(one => one.GetProperty("id").GetString())];
}
