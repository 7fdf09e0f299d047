namespace Stories.Tests;

[Trait("Behaviour", "S13")]
[Collection(OnAzurite.Name)]
public sealed class CustomerIsTextedOnTheThirdDay(StorageFixture storage)
{
    [Fact]
    public async Task Customer_is_texted_on_the_third_day_and_not_before()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        Assert.Equal(202, request.Answer.Status);

        await story.AdvanceTo("2026-09-19 10:00 KST");
        await story.Concludes(request, "warning", at: "2026-09-19 10:00 KST");
        await story.AdvanceTo("2026-09-21 08:59 KST");
        Assert.Empty((await story.Received(request)).Sms);

        await story.AdvanceTo("2026-09-21 09:15 KST");
        var received = await story.Received(request);
        var sms = Assert.Single(received.Sms);
        Assert.Equal(Script.FeedbackBody(rideDate: "09월 18일"), sms.Text);
        Assert.Equal((Script.Subject, "01012345678", 422, 24), (sms.Subject, sms.To, sms.Bytes, sms.SubjectBytes));
        Assert.InRange(sms.SentAt, Kst.Parse("2026-09-21 09:00 KST"), Kst.Parse("2026-09-21 09:11 KST"));

        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Single(received.Posts);
        Assert.Equal((1, "D-1029", "C-77001"), (Assert.Single(received.Blocks).Calls, received.Blocks[0].DriverId, received.Blocks[0].CustomerId));
        Assert.All(received.Notes, note => Assert.False(note.Public));
        foreach (var words in new[] { "페널티 요청 등록 (KOC)", "상호차단 완료", "피드백요청 접수(3차). 09월 21일", "결과 안내 문자 발송 완료" })
        {
            Assert.Single(received.NoteLines, line => line.Contains(words, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task The_agent_on_the_line_sees_the_confirmed_block_on_the_ticket_at_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);

        var ticket = (await story.World.Received()).Tickets.Single(ticket => $"{ticket.Ticket}" == request.Body.Ticket);
        Assert.Equal("Confirmed", ticket.Fields[LocalHost.DevelopmentSettings.BlockFieldId]);
        Assert.Contains("penalty_request", ticket.Tags);
        Assert.Equal("AnswerPromised", await story.StateOf(request));
    }
}
