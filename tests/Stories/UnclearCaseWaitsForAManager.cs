namespace Stories.Tests;

[Trait("Behaviour", "S22")]
[Collection(OnAzurite.Name)]
public sealed class UnclearCaseWaitsForAManager(StorageFixture storage)
{
    [Fact]
    public async Task It_is_reminded_of_thrice_every_four_working_hours_and_never_at_night_or_on_a_holiday_and_after_two_working_days_the_next_level_hears()
    {
        // Wednesday; Thursday to Saturday is Chuseok, Sunday a Sunday.
        await using var story = await Story.Begin(storage, "2026-09-23 15:00 KST");
        var unclear = await story.File(A.Complaint with { Violation = "기타", Unclear = "true" });
        Assert.Equal("AwaitingDecision", await story.StateOf(unclear));
        Assert.Contains(unclear.CaseId, (await story.Desk.List("?state=AwaitingDecision")).GetRawText(), StringComparison.Ordinal);

        await story.AdvanceTo("2026-09-28 08:59 KST");
        Assert.Empty(await Reminders(story, unclear));

        // Three hours of work passed on Wednesday.
        await story.AdvanceTo("2026-09-28 09:59 KST");
        Assert.Empty(await Reminders(story, unclear));
        await story.AdvanceTo("2026-09-28 19:00 KST");
        Assert.Equal(["1차", "2차"], await Reminders(story, unclear));
        await story.AdvanceTo("2026-09-29 15:00 KST");
        Assert.Equal(["1차", "2차", "3차", "상급자 확인 필요"], await Reminders(story, unclear));
        Assert.Empty((await story.Received(unclear)).Board);

        await story.Post($"api/penalty-requests/{unclear.Id}/decision", new { decision = "file", reason = "고객 진술이 구체적임" });
        await story.AdvanceTo("2026-10-07 12:00 KST");
        Assert.Equal(4, (await Reminders(story, unclear)).Count);
        Assert.Single((await story.Received(unclear)).Posts);
        Assert.Equal("Closed", await story.StateOf(unclear));
    }

    private static async Task<IReadOnlyList<string>> Reminders(Story story, Filed unclear) =>
    [
        .. (await story.Received(unclear)).NoteLines
            .SelectMany(line => new[] { "상급자 확인 필요", "1차", "2차", "3차", "4차" }.Where(words => line.Contains(words, StringComparison.Ordinal))),
    ];
}
