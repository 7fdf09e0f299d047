using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class ManagerTakesOver(StorageFixture storage)
{
    [Fact]
    public async Task Asked_to_look_at_any_point_the_answer_goes_on_meanwhile()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        Assert.Equal(200, await HandOver(story, request, answer: false, Person.Agent));
        Assert.Equal("WithManager", await story.StateOf(request));
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("WithManager", await story.StateOf(request));
        await Decide(story, request, "settled");
        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Equal(409, await HandOver(story, request, answer: false, Person.Agent));
    }

    [Fact]
    public async Task With_the_answer_the_program_sends_none_until_the_manager_gives_it_back()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await HandOver(story, request, answer: true, Person.Manager);
        await story.AdvanceTo("2026-09-23 12:00 KST");
        Assert.Empty((await story.Received(request)).Sms);

        await Decide(story, request, "settled");
        await story.AdvanceTo("2026-09-23 13:00 KST");
        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task Taken_over_after_the_order_whose_answer_was_lost_the_text_is_found_and_no_second_answer_is_needed()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.Sms, Operation = "group-send", When = FaultMoment.After, Kind = FaultKind.Drop, Times = 1 });
        await story.World.Order(new() { System = SandboxSystem.Sms, Operation = "look-up", Kind = FaultKind.Status, Status = 503, Times = 40 });
        await story.AdvanceTo("2026-09-21 09:20 KST");
        await HandOver(story, request, answer: true, Person.Manager);
        await story.World.ClearFaults();
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Single((await story.Received(request)).Sms);
        var facets = (await story.Desk.Case(request.CaseId)).GetProperty("facets");
        Assert.Equal(("Delivered", "Answered"), (facets.GetProperty("message").GetString(), facets.GetProperty("promise").GetString()));
    }

    [Fact]
    public async Task Taken_over_before_the_order_the_reserved_text_is_settled_as_never_sent()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.Sms, Operation = "group-send", Kind = FaultKind.Status, Status = 503, Times = 1000 });
        await story.AdvanceTo("2026-09-21 09:30 KST");
        Assert.Equal("Reserved", (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("message").GetString());
        await HandOver(story, request, answer: true, Person.Manager);
        await story.World.ClearFaults();
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Empty((await story.Received(request)).Sms);
        Assert.Contains("문자 실패 (1차, not_ordered)", (await story.Desk.Case(request.CaseId)).GetRawText(), StringComparison.Ordinal);
        await Decide(story, request, "answered");
        Assert.Equal("Closed", await story.StateOf(request));
    }

    private static async Task<int> HandOver(Story story, Filed request, bool answer, Person by) =>
        (await story.Post($"api/penalty-requests/{request.Id}/hand-over", new { reason = "고객 불만이 큼", answer }, by)).Status;

    private static async Task Decide(Story story, Filed request, string decision) =>
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision, reason = "확인" })).Status);
}
