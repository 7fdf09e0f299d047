using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S14")]
[Collection(OnAzurite.Name)]
public sealed class ComplaintIsToldAgain(StorageFixture storage)
{
    [Fact]
    public async Task After_a_withdrawal_another_ticket_renews_it_with_its_promise()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Post($"api/penalty-requests/{request.Id}/withdrawal", new { reason = "착오였다고 함" });
        await story.AdvanceTo("2026-09-19 10:00 KST");
        Assert.Equal("duplicate", (await story.Save(request.Body)).Json.GetProperty("status").GetString());
        Assert.Equal("Closed", await story.StateOf(request));

        var again = await story.File(A.FeedbackRequest);
        Assert.Equal(("linked", request.Id), (again.Json.GetProperty("status").GetString(), again.Id));
        Assert.Equal("AnswerPromised", await story.StateOf(request));
        Assert.Single((await story.Received(request)).NoteLines, line => line.Contains("철회 후 동일 내용 재접수", StringComparison.Ordinal));

        await story.Concludes(request, "warning", at: "2026-09-19 10:00 KST");
        await story.AdvanceTo("2026-09-21 23:00 KST");
        Assert.Empty((await story.Received(request)).Sms);
        await story.AdvanceTo("2026-09-22 12:00 KST");
        Assert.Single((await story.Received(request)).Sms);
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Fact]
    public async Task A_ticket_is_told_the_true_state_of_the_case_it_is_linked_to()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest with { Block = "declined" });
        await story.Post($"api/penalty-requests/{request.Id}/hand-over", new { reason = "직접 회신", answer = true });
        await story.Post($"api/penalty-requests/{request.Id}/decision", new { decision = "answered", reason = "통화로 회신" });
        Assert.Equal("Closed", await story.StateOf(request));

        var again = await story.File(A.Complaint);
        var notes = (await story.World.Received()).Notes;
        Assert.Contains("회신 완료된 건", Assert.Single(notes, note => $"{note.Ticket}" == again.Body.Ticket).Body, StringComparison.Ordinal);
        Assert.DoesNotContain(notes, note => note.Body.Contains("문자 발송", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_withdrawal_a_contact_is_noted_as_what_it_is()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Post($"api/penalty-requests/{request.Id}/withdrawal", new { reason = "착오였다고 함" });
        await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1" }, Person.Agent);

        var lines = (await story.Received(request)).NoteLines;
        Assert.Single(lines, line => line.Contains("재인입 1회. 철회된 건. (안내: re-contact-withdrawn@1)", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("re-contact-in-progress", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_agent_who_names_a_case_about_another_driver_has_that_driver_blocked_by_nobody()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var first = await story.File(A.Complaint with { DriverId = "D-A" });
        var named = await story.File(A.FeedbackRequest with { DriverId = "D-B", RideId = "R-2", Violation = "음주의심", CaseId = first.CaseId });

        Assert.Equal(("linked", first.Id), (named.Json.GetProperty("status").GetString(), named.Id));
        Assert.Empty((await story.World.Received()).Blocks);
        Assert.Equal("WithManager", await story.StateOf(first));
        Assert.Single((await story.Received(first)).NoteLines, line => line.Contains("다른 운행 또는 기사 정보", StringComparison.Ordinal));
        Assert.Equal("None", (await story.Desk.Case(first.CaseId)).GetProperty("facets").GetProperty("promise").GetString());
    }

    [Fact]
    public async Task A_slip_corrected_on_the_ticket_keeps_no_promise_from_being_heard_and_a_manager_sees_it()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint);
        var corrected = await story.Save(request.Body with { Violation = "음주의심", FeedbackStage = "3", Block = "agreed", OccurredAt = "2026-09-18T22:31:00+09:00" });

        Assert.Equal("updated", corrected.Json.GetProperty("status").GetString());
        var facets = (await story.Desk.Case(request.CaseId)).GetProperty("facets");
        Assert.Equal(("Promised", "Confirmed"), (facets.GetProperty("promise").GetString(), facets.GetProperty("block").GetString()));
        Assert.Equal("WithManager", await story.StateOf(request));
    }

    [Fact]
    public async Task A_ride_told_by_time_and_places_stays_the_same_when_its_id_is_told_later_or_the_words_are_written_otherwise()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var byPlace = A.Complaint with { RideId = "", RideCalledAt = "2026-09-18T21:50:00+09:00", RideOrigin = "강남역 10번 출구", RideDestination = "정자동" };
        var request = await story.File(byPlace);
        await story.Save(request.Body with { RideId = "R-77", FeedbackStage = "1" });
        Assert.Equal("Closed", await story.StateOf(request));

        var again = await story.File(byPlace with { RideCalledAt = "2026-09-18T12:50:00Z", RideOrigin = " \u1100\u1161\u11bc\u1102\u1161\u11b7\u110b\u1167\u11a8  10번 출구" });
        Assert.Equal(("linked", request.Id), (again.Json.GetProperty("status").GetString(), again.Id));
    }

    [Fact]
    public async Task A_ride_whose_date_was_left_open_is_dated_when_it_is_told_and_the_text_says_so()
    {
        await using var story = await Story.Begin(storage, "2026-09-19 00:10 KST");
        var body = story.OnTicketOfThisStory(A.Complaint) with { OccurredAt = "2026-09-19T00:10:00+09:00" };
        await story.World.SeedTicket(new() { Id = long.Parse(body.Ticket, System.Globalization.CultureInfo.InvariantCulture) });
        var answers = await story.World.SendWebhook(new() { TargetUrl = story.Desk.WebhookUrl, Body = body.ToJson() });
        await story.WhenIdle();
        var id = answers.Location!.Split('/')[^1];
        Assert.Equal(202, answers.Status);

        await story.Desk.Resend(body with { FeedbackStage = "3", Block = "agreed", RideCalledAt = "2026-09-18T23:40:00+09:00", OccurredAt = "2026-09-19T00:12:00+09:00" });
        await story.WhenIdle();
        await story.Desk.Conclude(id, "warning", "lead-3", Kst.Parse("2026-09-19 00:10 KST"), push: true);
        await story.AdvanceTo("2026-09-22 12:00 KST");
        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single((await story.World.Received()).Sms).Text);
    }

    [Fact]
    public async Task After_the_contact_data_was_purged_the_number_that_is_told_again_is_used()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint with { RideCalledAt = "2026-09-18T21:50:00+09:00" });
        await story.AdvanceTo("2026-10-20 10:00 KST");
        Assert.DoesNotContain(await new StoredRows(story).Contacts(), row => row.ContainsKey("Phone"));

        var again = await story.File(A.FeedbackRequest with { RideCalledAt = "2026-09-18T21:50:00+09:00" });
        Assert.Equal(report.Id, again.Id);
        await story.Concludes(report, "warning", at: "2026-10-20 10:00 KST");
        await story.AdvanceTo("2026-10-23 12:00 KST");
        Assert.Equal("01012345678", Assert.Single((await story.World.Received()).Sms).To);
    }

    [Fact]
    public async Task Another_ticket_asks_anew_for_the_supervisor_and_for_the_block_that_was_lifted()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint with { Block = "agreed", Supervisor = "true" });
        await story.Post($"api/callbacks/{story.CallbackOf(report)}/result", new { result = "done", reason = "통화 완료" });
        await story.Send(HttpMethod.Delete, $"api/penalty-requests/{report.Id}/block", new { reason = "고객 요청" });
        await story.File(A.Complaint with { Block = "agreed", Supervisor = "true" });

        Assert.Equal("Due", (await story.Get($"api/callbacks/{story.CallbackOf(report)}")).Body.GetProperty("state").GetString());
        Assert.Equal("Confirmed", (await story.Desk.Case(report.CaseId)).GetProperty("facets").GetProperty("block").GetString());
    }
}
