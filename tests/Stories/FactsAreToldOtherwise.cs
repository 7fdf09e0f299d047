using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S25")]
[Collection(OnAzurite.Name)]
public sealed class FactsAreToldOtherwise(StorageFixture storage)
{
    [Fact]
    public async Task After_an_outcome_another_driver_holds_the_block_and_the_answer_until_a_manager_has_decided()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint with { FeedbackStage = "3" });
        await story.Concludes(request, "warning", at: "2026-09-18 22:20 KST");
        var corrected = await story.Save(request.Body with { DriverId = "D-2000", Block = "agreed", OccurredAt = "2026-09-18T22:30:00+09:00" });
        Assert.Equal("updated", corrected.Json.GetProperty("status").GetString());
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/block", body: null, Person.Agent)).Status);
        await story.AdvanceTo("2026-09-22 12:00 KST");

        var open = Assert.Single((await story.Desk.Case(request.CaseId)).GetProperty("toldOtherwise").EnumerateArray());
        Assert.Equal(("driver", "D-1029", "D-2000"), (open.GetProperty("fact").GetString(), open.GetProperty("from").GetString(), open.GetProperty("to").GetString()));
        await ShouldBeHeld(story, request);
    }

    [Fact]
    public async Task The_other_way_round_an_outcome_that_comes_after_it_is_told_to_nobody()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint with { FeedbackStage = "3", RideId = "R-1" });

        // Another ticket names the case, and another driver.
        var named = await story.File(A.FeedbackRequest with { DriverId = "D-2000", RideId = "R-1", CaseId = request.CaseId });
        Assert.Equal("linked", named.Json.GetProperty("status").GetString());
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/block", body: null, Person.Agent)).Status);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-22 12:00 KST");

        await ShouldBeHeld(story, request);
    }

    private static async Task ShouldBeHeld(Story story, Filed request)
    {
        var received = await story.Received(request);
        Assert.Empty(received.Blocks);
        Assert.Empty(received.Sms);
        Assert.Equal("WithManager", await story.StateOf(request));
        var shown = await story.Desk.Case(request.CaseId);
        Assert.Contains("correction", shown.GetProperty("waitsFor").EnumerateArray().Select(code => code.GetString()));
        Assert.Equal("Pending", shown.GetProperty("facets").GetProperty("block").GetString());
        var again = (await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1" }, Person.Agent)).Body;
        Assert.Equal("WithManager", again.GetProperty("situation").GetString());

        // The facts stay as they are: what was agreed and promised goes on.
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "settled", reason = "기사 정보 확인" })).Status);
        await story.AdvanceTo("2026-09-22 12:10 KST");
        received = await story.Received(request);
        Assert.Equal("D-1029", Assert.Single(received.Blocks).DriverId);
        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single(received.Sms).Text);
    }
}
