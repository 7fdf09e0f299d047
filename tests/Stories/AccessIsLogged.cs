using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class AccessIsLogged(StorageFixture storage)
{
    [Fact]
    public async Task Whoever_sees_a_customer_masked_or_whole_stands_in_the_log_with_when_from_where_and_what_for()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Desk.Case(request.CaseId);
        await story.Desk.Watch(request.CaseId);
        Assert.Equal(400, (await story.Post($"api/penalty-requests/{request.Id}/customer", new { }, Person.Agent)).Status);
        var (status, whole) = await story.Post($"api/penalty-requests/{request.Id}/customer", new { reason = "번호 확인" }, Person.Agent);
        Assert.Equal((200, "01012345678", "홍길동"), (status, whole.GetProperty("phone").GetString(), whole.GetProperty("name").GetString()));

        var log = (await story.Get($"api/access-log?month=2026-09&case={request.Id}", Person.Auditor)).Body.GetProperty("accesses").EnumerateArray().ToList();

        Assert.Equal(
            [("agent-12", "masked", null), ("agent-12", "whole", "번호 확인")],
            log.Select(entry => (entry.GetProperty("by").GetString()!, entry.GetProperty("what").GetString()!, entry.GetProperty("reason").GetString())));
        Assert.All(log, entry => Assert.Equal("127.0.0.1", entry.GetProperty("from").GetString()!.Replace("::ffff:", "", StringComparison.Ordinal)));
        Assert.Equal(400, (await story.Get("api/access-log?month=September", Person.Auditor)).Status);
        Assert.Equal(403, (await story.Get("api/access-log?month=2026-09", Person.Manager)).Status);
    }

    [Fact]
    public async Task A_search_by_a_drivers_id_stands_there_whoever_searched_and_whether_or_not_it_found_anything()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.File(A.FeedbackRequest);
        await story.File(A.FeedbackRequest with { RideId = "R-2" });
        await story.Get("api/penalty-requests?state=AnswerPromised", Person.Agent);
        var page = (await story.Get("api/penalty-requests?driver=D-1029&size=1", Person.Agent)).Body;
        await story.Get($"api/penalty-requests?driver=D-1029&size=1&continuation={Uri.EscapeDataString(page.GetProperty("continuation").GetString()!)}", Person.Agent);
        await story.Get("api/penalty-requests?driver=D-1029", Person.Operator);
        Assert.Equal(404, (await story.Post("api/re-contacts", new { contact = "c-1", customerId = "C-none", driverId = "D-1029" }, Person.Agent)).Status);
        await story.Desk.Post("api/exports/penalty-requests?driver=D-1029", new { reason = "월간 점검" }, Person.Manager);
        Assert.Empty((await story.Get("api/penalty-requests?driver=D-none", Person.Manager)).Body.GetProperty("cases").EnumerateArray());

        Assert.Equal(
            [("agent-12", "driver-search"), ("agent-12", "driver-search"), ("operator-5", "driver-search"), ("agent-12", "driver-search"), ("manager-2", "export")],
            await Accesses(story, "D-1029"));
        Assert.Equal([("manager-2", "driver-search")], await Accesses(story, "D-none"));
        Assert.Equal(6, (await story.Get("api/access-log?month=2026-09", Person.Auditor)).Body.GetProperty("accesses").GetArrayLength());
    }

    private static async Task<IEnumerable<(string?, string?)>> Accesses(Story story, string of) =>
        (await story.Get($"api/access-log?month=2026-09&case={of}", Person.Auditor)).Body.GetProperty("accesses").EnumerateArray()
            .Select(entry => (entry.GetProperty("by").GetString(), entry.GetProperty("what").GetString()));

    [Fact]
    public async Task Operators_see_what_was_rejected_and_only_a_manager_its_body()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var rejected = await story.File(A.FeedbackRequest with { Violation = "새로운 항목" });
        var (_, page) = await story.Get("api/rejected-deliveries", Person.Operator);
        var entry = Assert.Single(page.GetProperty("deliveries").EnumerateArray());
        Assert.Equal(("rejected", rejected.Body.Ticket), (entry.GetProperty("kind").GetString(), entry.GetProperty("ticket").GetString()));
        Assert.DoesNotContain("새로운", page.GetRawText(), StringComparison.Ordinal);

        var path = $"api/rejected-deliveries/{entry.GetProperty("delivery").GetString()}";
        Assert.Equal(403, (int)(await story.Desk.Post(path, new { reason = "x" }, Person.Operator)).StatusCode);
        Assert.Equal(400, (int)(await story.Desk.Post(path, new { }, Person.Manager)).StatusCode);
        using var body = await story.Desk.Post(path, new { reason = "x" }, Person.Manager);
        Assert.Equal(rejected.Body.ToJson(), await body.Content.ReadAsStringAsync());
        Assert.Equal(404, (int)(await story.Desk.Post("api/rejected-deliveries/nothing", new { reason = "x" }, Person.Manager)).StatusCode);
        Assert.Single((await story.Get("api/access-log?month=2026-09&by=manager-2", Person.Auditor)).Body.GetProperty("accesses").EnumerateArray());
    }
}
