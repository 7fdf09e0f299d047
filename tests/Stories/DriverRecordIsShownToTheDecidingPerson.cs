using System.Text.Json;
using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S24")]
[Collection(OnAzurite.Name)]
public sealed class DriverRecordIsShownToTheDecidingPerson(StorageFixture storage)
{
    [Fact]
    public async Task With_counts_by_violation_that_expire_and_the_highest_step_that_is_reached_new_where_this_report_crossed_it()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:00 KST", ("DriverRecord:Period", "30.00:00:00"), ("SweepSchedule", "0 0 4 1 1 *"));
        await story.File(A.Complaint with { RideId = "R-1", Violation = "난폭운전" });
        await story.File(A.Complaint with { RideId = "R-2", CustomerId = "C-2", Violation = "난폭운전" });
        var taken = await story.File(A.Complaint with { RideId = "R-3", CustomerId = "C-3", Violation = "현금요구" });
        await story.Post($"api/penalty-requests/{taken.Id}/withdrawal", new { reason = "고객 착오" });
        await story.File(A.Complaint with { RideId = "R-4", DriverId = "D-2", CustomerId = "C-4" });
        await story.AdvanceTo("2026-09-18 11:00 KST");
        var unclear = await story.File(A.Complaint with { RideId = "R-5", CustomerId = "C-5", Violation = "기타", Unclear = "true" });

        var driver = await Driver(story, unclear);
        Assert.Equal([("난폭운전", 2), ("기타", 1)], Counts(driver));
        Assert.Equal(3, driver.GetProperty("total").GetInt32());
        Assert.Equal((3, "warning", true), Suggestion(driver));
        Assert.Equal(403, (await story.Get($"api/penalty-requests/{unclear.Id}/decision", Person.Agent)).Status);

        // The fourth crosses no step: what is reached stays suggested.
        await story.AdvanceTo("2026-09-18 12:00 KST");
        var fourth = await story.File(A.Complaint with { RideId = "R-6", CustomerId = "C-6", Unclear = "true" });
        Assert.Equal((3, "warning", false), Suggestion(await Driver(story, fourth)));
        Assert.Equal("Unknown", (await story.Desk.Case(unclear.CaseId)).GetProperty("facets").GetProperty("outcome").GetString());

        await story.AdvanceTo("2026-10-22 10:00 KST");
        var later = await story.File(A.Complaint with { RideId = "R-7", CustomerId = "C-7", Unclear = "true" });
        Assert.Equal([("난폭운전", 1)], Counts(await Driver(story, later)));
        Assert.Equal((1, "monitoring", true), Suggestion(await Driver(story, later)));
    }

    [Fact]
    public async Task An_outcome_of_no_violation_counts_no_more_and_the_ladder_is_a_setting()
    {
        await using var story = await Story.Begin(
            storage, "2026-09-18 10:00 KST", ("DriverRecord:Ladder:0:Count", "2"), ("DriverRecord:Ladder:0:Suggests", "AppSuspension"));
        var cleared = await story.File(A.FeedbackRequest with { RideId = "R-1" });
        await story.AdvanceTo("2026-09-18 11:00 KST");
        var second = await story.File(A.Complaint with { RideId = "R-2", CustomerId = "C-2", Unclear = "true" });
        Assert.Equal("app-suspension", (await Driver(story, second)).GetProperty("suggestion").GetProperty("outcome").GetString());

        await story.Concludes(cleared, "no-violation", at: "2026-09-18 10:00 KST");

        Assert.Equal([("난폭운전", 1)], Counts(await Driver(story, second)));
        Assert.Equal(JsonValueKind.Null, (await Driver(story, second)).GetProperty("suggestion").ValueKind);
    }

    private static async Task<JsonElement> Driver(Story story, Filed report) =>
        (await story.Get($"api/penalty-requests/{report.Id}/decision")).Body.GetProperty("driver");

    private static (int, string?, bool) Suggestion(JsonElement driver)
    {
        var suggestion = driver.GetProperty("suggestion");
        return (suggestion.GetProperty("from").GetInt32(), suggestion.GetProperty("outcome").GetString(), suggestion.GetProperty("isNew").GetBoolean());
    }

    private static IEnumerable<(string?, int)> Counts(JsonElement driver) =>
        driver.GetProperty("counts").EnumerateArray().Select(count => (count.GetProperty("violation").GetString(), count.GetProperty("count").GetInt32()));
}
