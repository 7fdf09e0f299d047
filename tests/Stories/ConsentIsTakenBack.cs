using LocalHost.Sandbox;
using LocalHost.Tour;
using Penalties.Cases;
using Penalties.Rules;

namespace Stories.Tests;

[Trait("Behaviour", "S32")]
[Collection(OnAzurite.Name)]
public sealed class ConsentIsTakenBack(StorageFixture storage)
{
    private const string ByAgent = "agent";

    [Theory]
    [InlineData("declined")]
    [InlineData("withdrawn")]
    [InlineData(ByAgent)]
    public async Task Before_the_command_none_goes_out_and_a_later_yes_is_carried_out(string how)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint with { FeedbackStage = "3" });

        // Agreed to, and the knock that would have begun the command was lost.
        await story.Service<CaseStore>().Change(request.CaseId, new("agent-12", "AgreeToBlock"), known => [BlockConsent.Given(known)], default);
        await TakeBack(story, request, how, at: "22:35");

        Assert.Equal(("Declined", null), await BlockAndReason(story, request));
        Assert.Equal("AnswerPromised", await story.StateOf(request));
        var received = await story.Received(request);
        Assert.Empty(received.Blocks);
        Assert.Single(received.NoteLines, line => line.Contains("동의를 철회. 차단 요청 전으로", StringComparison.Ordinal));
        Assert.Single(await Timeline(story, request), line => line.Contains("동의 철회: 요청 전", StringComparison.Ordinal));
        Assert.Equal(409, (await story.Post(Path(request), new { reason = "또" }, Person.Agent)).Status);

        await Save(story, request, "agreed", at: "22:45");
        Assert.Equal(("Confirmed", null), await BlockAndReason(story, request));
        Assert.Single((await story.Received(request)).Blocks, block => !block.Unblocked);
        await story.Concludes(request, "warning", at: "2026-09-18 22:45 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.Contains("배차되지", Assert.Single((await story.Received(request)).Sms).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("declined")]
    [InlineData(ByAgent)]
    public async Task After_it_a_manager_is_asked_to_lift_and_the_text_says_nothing_of_the_block(string how)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        Assert.True(await MayTell(story, request));
        await TakeBack(story, request, how, at: "22:35");

        Assert.Equal(("Confirmed", "ConsentTakenBack"), await BlockAndReason(story, request));
        Assert.False(await MayTell(story, request));
        var received = await story.Received(request);
        Assert.Single(received.NoteLines, line => line.Contains("차단이 이미 요청되어", StringComparison.Ordinal));
        Assert.Single(received.Comments, comment => comment.Text.Contains("상호차단 동의를 철회했습니다", StringComparison.Ordinal));
        Assert.Single(await Timeline(story, request), line => line.Contains("동의 철회: 차단 요청 후", StringComparison.Ordinal));
        Assert.Equal(409, (await story.Post(Path(request), new { reason = "또" }, Person.Agent)).Status);

        await story.Concludes(request, "warning", at: "2026-09-18 22:40 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.DoesNotContain("배차되지", Assert.Single((await story.Received(request)).Sms).Text, StringComparison.Ordinal);

        Assert.Equal(200, (await story.Send(HttpMethod.Delete, $"api/penalty-requests/{request.Id}/block", new { reason = "고객 요청" })).Status);
        Assert.Equal("Lifted", (await BlockAndReason(story, request)).Block);
        Assert.True(Assert.Single((await story.Received(request)).Blocks).Unblocked);
        Assert.Single((await story.Received(request)).Comments, comment => comment.Text.Contains("상호차단 동의를 철회했습니다", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_the_driver_admin_is_at_it_the_command_counts_as_sent_and_a_manager_is_asked_when_it_is_done()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.DriverAdmin, Operation = "mutual-block", Kind = FaultKind.Hold });
        var filed = await story.Desk.File(story.OnTicketOfThisStory(A.FeedbackRequest));
        await story.World.WhenHeld(SandboxSystem.DriverAdmin, "mutual-block", TimeSpan.FromSeconds(30));
        using var answer = await story.Desk.Post($"api/penalty-requests/{filed.Id}/block/withdrawal", new { reason = "마음이 바뀌었다고 함" }, Person.Agent);
        Assert.Equal(200, (int)answer.StatusCode);

        await story.World.ReleaseHeld();
        await story.WhenIdle();
        var request = new Filed(filed.Answer, filed.Body, filed.Id);
        Assert.Equal(("Confirmed", "ConsentTakenBack"), await BlockAndReason(story, request));
        Assert.Equal("WithManager", await story.StateOf(request));
    }

    [Fact]
    public async Task Wanted_after_all_before_a_manager_has_looked_it_is_noted_and_the_text_speaks_of_it_again()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await TakeBack(story, request, "declined", at: "22:35");
        await Save(story, request, "agreed", at: "22:45");

        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("차단에 다시 동의", StringComparison.Ordinal));
        Assert.Single((await story.Received(request)).Blocks);
        await story.Concludes(request, "warning", at: "2026-09-18 22:45 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.Contains("배차되지", Assert.Single((await story.Received(request)).Sms).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ticket_saved_again_as_it_was_is_no_new_yes_to_what_an_agent_recorded()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await TakeBack(story, request, ByAgent, at: "22:35");
        await Save(story, request, "agreed", at: "22:45");
        Assert.Equal(("Confirmed", "ConsentTakenBack"), await BlockAndReason(story, request));
        Assert.False(await MayTell(story, request));

        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/block", null, Person.Agent)).Status);
        Assert.True(await MayTell(story, request));
    }

    [Fact]
    public async Task A_no_that_was_said_before_the_yes_and_arrives_after_it_changes_nothing()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await Save(story, request, "declined", at: "22:20");
        Assert.Equal(("Confirmed", null), await BlockAndReason(story, request));
        Assert.DoesNotContain((await story.Received(request)).NoteLines, line => line.Contains("동의를 철회", StringComparison.Ordinal));
        Assert.Equal(409, (await story.Post(Path(await story.File(A.Complaint with { CustomerId = "C-2" })), new { reason = "동의한 적 없음" }, Person.Agent)).Status);
    }

    private static async Task TakeBack(Story story, Filed request, string how, string at)
    {
        if (how == ByAgent)
        {
            Assert.Equal(200, (await story.Post(Path(request), new { reason = "마음이 바뀌었다고 함" }, Person.Agent)).Status);
            await story.AdvanceTo("2026-09-18 22:40 KST");
        }
        else
        {
            await Save(story, request, how, at);
        }
    }

    /// <summary>The ticket saved at that minute, of which we are told five minutes later.</summary>
    private static async Task Save(Story story, Filed request, string block, string at)
    {
        var minute = TimeOnly.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        await story.AdvanceTo($"2026-09-18 {(minute < new TimeOnly(22, 30) ? new TimeOnly(22, 40) : minute.AddMinutes(5)):HH:mm} KST");
        await story.Save(request.Body with { Block = block, OccurredAt = $"2026-09-18T{at}:00+09:00" });
    }

    private static string Path(Filed request) => $"api/penalty-requests/{request.Id}/block/withdrawal";

    private static async Task<bool> MayTell(Story story, Filed request) =>
        (await story.Get($"api/penalty-requests/{request.Id}/block", Person.Agent)).Body.GetProperty("mayTellCustomer").GetBoolean();

    private static async Task<IReadOnlyList<string>> Timeline(Story story, Filed request) =>
        [.. (await story.Get($"api/penalty-requests/{request.Id}/timeline", Person.Agent)).Body.EnumerateArray().Select(entry => entry.GetProperty("what").GetString()!)];

    private static async Task<(string? Block, string? Reason)> BlockAndReason(Story story, Filed request)
    {
        var facets = (await story.Desk.Case(request.CaseId)).GetProperty("facets");
        return (facets.GetProperty("block").GetString(), facets.GetProperty("handoverReason").GetString());
    }
}
