namespace Stories.Tests;

/// <summary>"00월 00일" can be read as the day of the ride or as the day of the measure: a setting decides, and left alone it is the ride's.</summary>
[Trait("Behaviour", "S13")]
[Collection(OnAzurite.Name)]
public sealed class DateInTheText(StorageFixture storage)
{
    [Theory]
    [InlineData(null, "09월 17일")]
    [InlineData("Ride", "09월 17일")]
    [InlineData("Complaint", "09월 18일")]
    [InlineData("Conclusion", "09월 20일")]
    public async Task Is_the_rides_the_complaints_or_the_conclusions_by_the_calendar_of_Korea(string? slot, string date)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", slot is null ? [] : [("Message:DateSlot", slot)]);
        var request = await story.File(A.FeedbackRequest with { RideCalledAt = "2026-09-17T23:50:00+09:00" });
        await story.AdvanceTo("2026-09-20 01:00 KST");

        // In Korea it is the next day already.
        await story.Concludes(request, "warning", at: "2026-09-20 00:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Equal(Script.FeedbackBody(date), Assert.Single((await story.Received(request)).Sms).Text);
    }

    [Fact]
    public async Task Of_an_outcome_that_was_corrected_it_is_the_day_on_which_the_one_that_stands_was_concluded()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", ("Message:DateSlot", "Conclusion"));
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-19 10:00 KST");
        await story.Concludes(request, "app-suspension", at: "2026-09-19 10:00 KST", by: "lead-4");
        await story.AdvanceTo("2026-09-21 12:00 KST");

        Assert.Equal(Script.FeedbackBody("09월 19일"), Assert.Single((await story.Received(request)).Sms).Text);
    }
}
