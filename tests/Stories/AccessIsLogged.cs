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
