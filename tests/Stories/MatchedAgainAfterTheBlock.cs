using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S27")]
[Collection(OnAzurite.Name)]
public sealed class MatchedAgainAfterTheBlock(StorageFixture storage)
{
    private static readonly ComplaintBody First = A.FeedbackRequest with { RideId = "R-first" };

    [Fact]
    public async Task A_ride_called_after_it_is_urgent_names_both_rides_and_a_manager_has_the_answer()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var blocked = await story.File(First);
        await story.AdvanceTo("2026-09-19 23:00 KST");
        var again = await story.File(A.FeedbackRequest with { RideId = "R-second", RideCalledAt = "2026-09-19T22:10:00+09:00" });
        await ShouldNameBoth(story, blocked, again);

        // Its ticket is saved again: nobody is asked a second time.
        await story.Save(again.Body with { Text = "다시 만났습니다" });
        await ShouldNameBoth(story, blocked, again);

        await story.Concludes(blocked, "warning", at: "2026-09-19 23:00 KST");
        await story.Concludes(again, "warning", at: "2026-09-19 23:00 KST");
        await story.AdvanceTo("2026-09-22 12:00 KST");
        Assert.Empty((await story.Received(again)).Sms);
        Assert.Equal("WithManager", await story.StateOf(again));

        // The answer about the first ride says that the two are never matched again: it waits for a person as well.
        await ShouldNameBoth(story, blocked, blocked, again);
        Assert.Empty((await story.Received(blocked)).Sms);
    }

    [Theory]
    [InlineData(6, false)]
    [InlineData(1000, true)]
    public async Task Told_before_the_confirmation_was_known_it_is_found_when_that_arrives_be_it_by_a_dead_letter(int lostAnswers, bool isDead)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        await story.World.Order(new()
        {
            System = SandboxSystem.DriverAdmin,
            Operation = "mutual-block",
            When = FaultMoment.After,
            Kind = FaultKind.Drop,
            Times = lostAnswers,
        });
        var blocked = await story.File(First);
        await story.AdvanceTo("2026-09-18 22:33 KST");
        var again = await story.File(A.Complaint with { RideId = "R-second", RideCalledAt = "2026-09-18T22:32:00+09:00" });
        Assert.Equal("Closed", await story.StateOf(again));

        await story.AdvanceTo("2026-09-18 23:30 KST");
        Assert.Equal("Confirmed", (await story.Desk.Case(blocked.CaseId)).GetProperty("facets").GetProperty("block").GetString());
        Assert.Equal(isDead, (await story.Desk.Read("api/dead-letters", Person.Operator)).GetProperty("letters").GetArrayLength() > 0);
        await ShouldNameBoth(story, blocked, again);
    }

    [Fact]
    public async Task When_the_ride_was_called_is_told_later_on_the_ticket_and_is_judged_then()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var blocked = await story.File(First);
        await story.AdvanceTo("2026-09-18 23:30 KST");
        var again = await story.File(A.Complaint with { RideId = "R-second", RideCalledAt = "2026-09-18T21:00:00+09:00" });
        Assert.Equal("Closed", await story.StateOf(again));

        await story.Save(again.Body with { RideCalledAt = "2026-09-18T23:05:00+09:00" });
        await ShouldNameBoth(story, blocked, again);
    }

    [Theory]
    [InlineData("2026-09-18T22:00:00+09:00", false)]
    [InlineData("2026-09-19T10:30:00+09:00", true)]
    public async Task A_ride_before_the_block_or_after_it_was_lifted_is_an_ordinary_complaint(string calledAt, bool isLifted)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var blocked = await story.File(First);
        await story.AdvanceTo("2026-09-19 10:00 KST");
        if (isLifted)
        {
            await story.Send(HttpMethod.Delete, $"api/penalty-requests/{blocked.Id}/block", new { reason = "고객 요청" });
        }

        await story.AdvanceTo("2026-09-19 11:00 KST");
        var other = await story.File(A.Complaint with { RideId = "R-second", RideCalledAt = calledAt });
        Assert.Equal("Closed", await story.StateOf(other));
    }

    private static Task ShouldNameBoth(Story story, Filed blocked, Filed again) => ShouldNameBoth(story, again, blocked, again);

    private static async Task ShouldNameBoth(Story story, Filed where, Filed blocked, Filed again)
    {
        Assert.Equal(("WithManager", "MatchedAgain"), (await story.StateOf(where), await ReasonOf(story, where)));
        var received = await story.Received(where);
        foreach (var text in new[]
        {
            Assert.Single(received.NoteLines, line => line.Contains("[긴급] 관리자 확인 필요: 상호차단이 완료된", StringComparison.Ordinal)),
            Assert.Single(received.Comments, comment => comment.Text.Contains("[긴급] 관리자 확인 필요: 상호차단이 완료된", StringComparison.Ordinal)).Text,
        })
        {
            Assert.Contains("차단된 운행 R-first 09월 18일", text, StringComparison.Ordinal);
            Assert.Contains(blocked.CaseId, text, StringComparison.Ordinal);
            Assert.Contains("이후 운행 R-second 09월 ", text, StringComparison.Ordinal);
        }
    }

    private static async Task<string?> ReasonOf(Story story, Filed request) =>
        (await story.Desk.Case(request.CaseId)).GetProperty("facets").GetProperty("handoverReason").GetString();
}
