using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class BlockIsLifted(StorageFixture storage)
{
    [Fact]
    public async Task By_a_manager_through_the_queue_and_the_text_then_says_nothing_of_it()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        Assert.Equal(403, (await story.Send(HttpMethod.Delete, Path(request), new { reason = "고객 요청" }, Person.Agent)).Status);
        Assert.Equal(200, (await story.Send(HttpMethod.Delete, Path(request), new { reason = "고객 요청" })).Status);

        Assert.Equal("Lifted", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("block").GetString());
        Assert.True(Assert.Single((await story.Received(request)).Blocks).Unblocked);
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("상호차단 해제 완료", StringComparison.Ordinal));
        Assert.Equal(409, (await story.Send(HttpMethod.Delete, Path(request), new { reason = "또" })).Status);

        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.DoesNotContain("배차되지", Assert.Single((await story.Received(request)).Sms).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agreed_to_once_more_it_is_a_new_command_and_a_late_result_of_the_first_says_nothing()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Send(HttpMethod.Delete, Path(request), new { reason = "고객 요청" });
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Status, Status = 503, Times = 1 });
        Assert.Equal(200, (await story.Post(Path(request), null, Person.Agent)).Status);
        Assert.Equal("Pending", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("block").GetString());

        await story.AdvanceTo("2026-09-18 22:31 KST");

        Assert.Equal("Confirmed", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("block").GetString());
        Assert.Equal([true, false], (await story.Received(request)).Blocks.Select(block => block.Unblocked));
    }

    [Fact]
    public async Task Refused_for_good_nobody_may_say_whether_it_holds_and_a_manager_hears_of_it()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "un-block", Kind = FaultKind.Status, Status = 409, Times = 100 });
        await story.Send(HttpMethod.Delete, Path(request), new { reason = "고객 요청" });
        await story.AdvanceTo("2026-09-20 22:30 KST");

        var facets = (await story.Desk.Case(request.CaseId)).GetProperty("facets");
        Assert.Equal(("Failed", "AnswerNeedsBlock"), (facets.GetProperty("block").GetString(), facets.GetProperty("handoverReason").GetString()));
        var asked = (await story.Received(request)).NoteLines.Where(line => line.Contains("관리자 확인 필요", StringComparison.Ordinal)).ToList();
        Assert.Contains("상호차단 해제가 확인되지 않았습니다", asked[0], StringComparison.Ordinal);
        Assert.Contains("정해진 문자를 보낼 수 없습니다", Assert.Single(asked[1..]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_driver_admin_away_for_longer_than_it_is_tried_a_manager_hears_of_it_and_may_order_it_again()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "un-block", Kind = FaultKind.Status, Status = 503, Times = 1000 });
        await story.Send(HttpMethod.Delete, Path(request), new { reason = "고객 요청" });
        await story.AdvanceTo("2026-09-19 02:00 KST");
        Assert.Equal("WithManager", await story.StateOf(request));

        await story.World.ClearFaults();
        Assert.Equal(200, (await story.Send(HttpMethod.Delete, Path(request), new { reason = "다시 해제" })).Status);
        Assert.Equal("Lifted", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("block").GetString());
    }

    private static string Path(Filed request) => $"api/penalty-requests/{request.Id}/block";
}
