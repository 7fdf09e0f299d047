using LocalHost.Sandbox;

namespace Stories.Tests;

[Trait("Behaviour", "S27")]
[Collection(OnAzurite.Name)]
public sealed class BlockIsCheckedBeforeItIsSaid(StorageFixture storage)
{
    private const string LookUp = "mutual-block-look-up";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Lifted_in_the_driver_admin_no_text_says_otherwise_and_a_manager_has_the_answer(bool concludedFirst)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        if (concludedFirst)
        {
            await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
            await story.World.LiftBlock(request.Body.DriverId, request.Body.CustomerId);
        }
        else
        {
            await story.World.LiftBlock(request.Body.DriverId, request.Body.CustomerId);
            await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        }

        await story.AdvanceTo("2026-09-21 12:00 KST");

        var received = await story.Received(request);
        Assert.Empty(received.Sms);
        Assert.Equal(("Lifted", "BlockFoundLifted"), await BlockAndReason(story, request));
        Assert.Equal("WithManager", await story.StateOf(request));
        Assert.Single(received.NoteLines, line => line.Contains("기사 어드민에서 상호차단이 해제된 것을 확인", StringComparison.Ordinal));
        Assert.Single(received.Comments, comment => comment.Text.Contains("상호차단이 기사 어드민에서 해제되어 있어", StringComparison.Ordinal));

        // The manager has spoken with the customer, and the program may say what is left that is true.
        await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "settled", reason = "고객에게 차단 해제 안내" });
        await story.AdvanceTo("2026-09-21 13:00 KST");
        Assert.DoesNotContain("배차되지", Assert.Single((await story.Received(request)).Sms).Text, StringComparison.Ordinal);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task One_direction_alone_is_not_never_matched_and_blocked_anew_the_scripts_text_is_true_again()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.World.LiftBlock(request.Body.DriverId, request.Body.CustomerId, "driver-customer");
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.Empty((await story.Received(request)).Sms);

        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/block", null)).Status);
        await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "settled", reason = "다시 차단" });
        await story.AdvanceTo("2026-09-21 13:00 KST");

        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single((await story.Received(request)).Sms).Text);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task The_driver_admin_away_nothing_is_sent_and_back_inside_the_window_the_text_goes_out_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.Order(Away);
        await story.AdvanceTo("2026-09-21 21:00 KST");
        Assert.Empty((await story.Received(request)).Sms);
        Assert.Contains("상호차단 유지 여부 확인 대기", (await story.Desk.Case(request.CaseId)).GetRawText(), StringComparison.Ordinal);
        var asked = await Asked(story);

        await story.World.ClearFaults();
        await story.AdvanceTo("2026-09-22 08:59 KST");
        Assert.Equal(asked, await Asked(story));
        await story.AdvanceTo("2026-09-22 09:15 KST");

        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single((await story.Received(request)).Sms).Text);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task Away_for_longer_than_a_block_may_take_a_manager_has_the_answer_and_nothing_is_sent_when_it_is_back()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.World.Order(Away);
        await story.AdvanceTo("2026-09-22 08:50 KST");
        Assert.Equal("AnswerPromised", await story.StateOf(request));
        await story.AdvanceTo("2026-09-22 10:00 KST");

        Assert.Equal(("Confirmed", "BlockUnchecked"), await BlockAndReason(story, request));
        await story.World.ClearFaults();
        await story.AdvanceTo("2026-09-24 12:00 KST");
        Assert.Empty((await story.Received(request)).Sms);
        Assert.Equal("WithManager", await story.StateOf(request));
    }

    private static Fault Away => new() { System = SandboxSystem.DriverAdmin, Operation = LookUp, Kind = FaultKind.Status, Status = 503, Times = 10_000 };

    private static async Task<int> Asked(Story story) =>
        (await story.World.Received(SandboxSystem.DriverAdmin)).Requests.Where(one => one.Operation == LookUp).Sum(one => one.Count);

    private static async Task<(string? Block, string? Reason)> BlockAndReason(Story story, Filed request)
    {
        var facets = (await story.Desk.Case(request.CaseId)).GetProperty("facets");
        return (facets.GetProperty("block").GetString(), facets.GetProperty("handoverReason").GetString());
    }
}
