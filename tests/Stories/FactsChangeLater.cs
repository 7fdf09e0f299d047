using LocalHost.Sandbox;

namespace Stories.Tests;

[Collection(OnAzurite.Name)]
public sealed class FactsChangeLater(StorageFixture storage)
{
    [Fact]
    public async Task An_outcome_corrected_before_the_text_decides_whatever_order_the_two_arrive_in()
    {
        await using var story = await Story.Begin(storage, "2026-09-20 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "no-violation", at: "2026-09-20 20:00 KST");
        await story.Concludes(request, "warning", at: "2026-09-20 19:00 KST");
        await story.AdvanceTo("2026-09-23 12:00 KST");

        Assert.Empty((await story.Received(request)).Sms);
        Assert.Equal("WithManager", await story.StateOf(request));
    }

    [Fact]
    public async Task An_outcome_corrected_after_the_text_goes_to_a_manager()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:00 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.Equal("Closed", await story.StateOf(request));

        await story.Concludes(request, "no-violation", at: "2026-09-21 11:00 KST");

        Assert.Equal("WithManager", await story.StateOf(request));
        Assert.Single((await story.Received(request)).Sms);
        var (status, _) = await story.Post(
            $"api/penalty-requests/{request.Id}/decision", new { decision = "settled", reason = "고객에게 정정 안내" });
        Assert.Equal(200, status);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task Another_ride_on_the_same_ticket_changes_nothing_and_holds_the_answer_and_a_manager_hears_of_it_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        var other = request.Body with { RideId = "R-other", DriverId = "D-other", CustomerPhone = "010-9999-0000", OccurredAt = "2026-09-18T23:00:00+09:00" };
        await story.AdvanceTo("2026-09-18 23:05 KST");
        await story.Save(other);
        await story.Save(other);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");

        var received = await story.Received(request);
        Assert.Empty(received.Sms);
        Assert.Equal("D-1029", Assert.Single(received.Blocks).DriverId);
        Assert.Single(received.NoteLines, line => line.Contains("다른 운행 또는 기사 정보", StringComparison.Ordinal));
        Assert.Equal("WithManager", await story.StateOf(request));

        await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "settled", reason = "다른 건" });
        await story.AdvanceTo("2026-09-21 12:10 KST");
        Assert.Equal("01012345678", Assert.Single((await story.Received(request)).Sms).To);
    }

    [Fact]
    public async Task A_later_webhook_renews_the_number_and_an_earlier_one_that_arrives_last_does_not()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint with { Block = "declined", FeedbackStage = "2", OccurredAt = "2026-09-18T22:00:00+09:00" });
        await story.Save(request.Body with { FeedbackStage = "3", CustomerPhone = "010-2222-3333", OccurredAt = "2026-09-18T22:20:00+09:00" });
        await story.Save(request.Body with { Block = "agreed", CustomerPhone = "010-4444-5555", OccurredAt = "2026-09-18T22:10:00+09:00" });
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Equal("01022223333", Assert.Single((await story.Received(request)).Sms).To);
    }

    [Fact]
    public async Task A_manager_cannot_decide_against_a_post_that_may_stand_on_the_board_already()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.Order(new() { System = SandboxSystem.Board, Operation = "post", When = FaultMoment.After, Kind = FaultKind.Drop, Times = 1 });
        var request = await story.File(A.Complaint);

        var (status, _) = await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "do-not-file", reason = "r" });
        await story.AdvanceTo("2026-09-19 01:00 KST");

        Assert.Equal(409, status);
        Assert.Single((await story.Received(request)).Posts);
        Assert.DoesNotContain((await story.Received(request)).NoteLines, line => line == Script.NotFiled);
    }

    [Fact]
    public async Task A_number_corrected_on_the_ticket_is_taken_even_when_nothing_else_changed()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest with { OccurredAt = "2026-09-18T22:00:00+09:00" });
        var corrected = await story.Save(request.Body with { CustomerPhone = "010-2222-3333", OccurredAt = "2026-09-18T22:20:00+09:00" });
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Equal("updated", corrected.Json.GetProperty("status").GetString());
        Assert.Equal("01022223333", Assert.Single((await story.Received(request)).Sms).To);
    }
}
