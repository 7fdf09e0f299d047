using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S14")]
[Collection(OnAzurite.Name)]
public sealed class CustomerAsksAgain(StorageFixture storage)
{
    [Fact]
    public async Task In_time_it_is_counted_answered_in_progress_with_the_complaints_date_and_the_board_hears_of_it()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-19 10:00 KST");

        var first = await Ask(story, request, "call-1");
        var repeated = await Ask(story, request, "call-1");
        var second = await Ask(story, request, "call-2");

        Assert.Equal((1, 1, 2), (first.GetProperty("reContacts").GetInt32(), repeated.GetProperty("reContacts").GetInt32(), second.GetProperty("reContacts").GetInt32()));
        Assert.Equal(("InProgress", "09월 18일"), (first.GetProperty("situation").GetString(), first.GetProperty("receivedOn").GetString()));
        Assert.Contains("09월 18일 말씀해 주신 불편사항은 신고가 잘 접수되어 현재 처리 중입니다.", first.GetProperty("say").GetString(), StringComparison.Ordinal);
        var received = await story.Received(request);
        Assert.Single(received.Posts);
        Assert.Single(received.Comments, comment => comment.Text.Contains("재인입 1회", StringComparison.Ordinal));
        Assert.Single(received.Comments, comment => comment.Text.Contains("재인입 2회", StringComparison.Ordinal));
        Assert.Single(received.NoteLines, line => line.Contains("재인입 2회", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_the_answer_it_is_told_so_opens_the_case_again_and_no_second_text_goes_out()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.Concludes(request, "warning", at: "2026-09-18 22:30 KST");
        await story.AdvanceTo("2026-09-21 12:00 KST");
        Assert.Equal("Closed", await story.StateOf(request));

        var answer = await Ask(story, request, "call-9");
        await story.AdvanceTo("2026-10-01 12:00 KST");

        Assert.Equal("Answered", answer.GetProperty("situation").GetString());
        Assert.Contains("문자로 회신을 드렸습니다", answer.GetProperty("say").GetString(), StringComparison.Ordinal);
        Assert.Single((await story.Received(request)).Sms);
        Assert.Single((await story.Received(request)).Comments, comment => comment.Text.Contains("회신 후 고객 재인입", StringComparison.Ordinal));
        Assert.Equal("Closed", await story.StateOf(request));
    }

    [Theory]
    [InlineData(null, "전화로 회신을 드렸습니다")]
    [InlineData("telephone", "전화로 회신을 드렸습니다")]
    [InlineData("text", "문자로 회신을 드렸습니다")]
    public async Task After_a_managers_answer_it_is_told_which_way_that_was(string? way, string said)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        var path = $"api/penalty-requests/{request.Id}/decision";
        Assert.Equal(200, (await story.Post($"api/penalty-requests/{request.Id}/hand-over", new { reason = "직접 회신", answer = true })).Status);
        Assert.Equal(400, (await story.Post(path, new { decision = "answered", reason = "회신", way = "letter" })).Status);
        Assert.Equal(400, (await story.Post(path, new { decision = "settled", reason = "회신", way = "text" })).Status);
        Assert.Equal(200, (await story.Post(path, new { decision = "answered", reason = "회신", way })).Status);

        var answer = await Ask(story, request, "call-1");

        Assert.Equal("Answered", answer.GetProperty("situation").GetString());
        Assert.Contains(said, answer.GetProperty("say").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_another_ticket_it_is_linked_to_the_case_there_is_and_counted_once_however_often_that_ticket_is_saved()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint with { FeedbackStage = "1" });
        var again = await story.File(A.FeedbackRequest);
        await story.Save(again.Body);

        Assert.Equal((200, "linked", request.Id), (again.Answer.Status, again.Json.GetProperty("status").GetString(), again.Id));
        var view = await story.Desk.Case(request.CaseId);
        Assert.Equal((1, 3), (view.GetProperty("reContacts").GetInt32(), view.GetProperty("facets").GetProperty("feedbackStage").GetInt32()));
        Assert.Equal($"{again.Body.Account}:{again.Body.Ticket}", Assert.Single(view.GetProperty("linkedTickets").EnumerateArray()).GetString());
        Assert.Single((await story.World.Received()).Board, post => post.ParentId is null && !ReceivedByCase.IsManagers(post));
        Assert.Single((await story.World.Received()).Blocks);
        Assert.Contains(request.CaseId, Assert.Single((await story.World.Received()).Notes, note => $"{note.Ticket}" == again.Body.Ticket).Body, StringComparison.Ordinal);
        Assert.Single((await story.Desk.List()).GetProperty("cases").EnumerateArray());
    }

    [Fact]
    public async Task Two_tickets_saved_at_the_same_moment_make_one_case()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var bodies = Enumerable.Range(0, 8).Select(_ => story.OnTicketOfThisStory(A.FeedbackRequest)).ToList();
        var answers = await Task.WhenAll(bodies.Select(body => story.Desk.File(body)));
        await story.WhenIdle();

        Assert.Single(answers.Select(answer => answer.Id).Distinct());
        Assert.Equal(1, answers.Count(answer => answer.Answer.Status == 202));
        Assert.Single((await story.World.Received()).Board, post => post.ParentId is null && !ReceivedByCase.IsManagers(post));
        Assert.Equal(7, (await story.Desk.Case(answers[0].Id)).GetProperty("reContacts").GetInt32());
    }

    [Fact]
    public async Task The_agent_may_name_the_case_and_one_of_another_customer_goes_to_a_manager()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        var named = await story.File(A.Complaint with { RideId = "R-other", CaseId = request.CaseId });
        Assert.Equal(("linked", request.Id), (named.Json.GetProperty("status").GetString(), named.Id));

        var wrong = await story.File(A.Complaint with { RideId = "R-third", CustomerId = "C-2", CaseId = request.CaseId });
        Assert.Equal(202, wrong.Answer.Status);
        Assert.Equal("WithManager", await story.StateOf(wrong));
    }

    [Fact]
    public async Task Without_a_case_number_it_is_found_by_customer_driver_and_ride_and_several_matches_go_to_a_manager()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var first = await story.File(A.FeedbackRequest);
        var second = await story.File(A.FeedbackRequest with { RideId = "R-2" });

        var (found, answer) = await story.Post(
            "api/re-contacts", new { contact = "c-1", customerId = "C-77001", driverId = "D-1029", rideId = "R-2" }, Person.Agent);
        Assert.Equal((200, second.Id), (found, answer.GetProperty("id").GetString()));

        var (several, cases) = await story.Post("api/re-contacts", new { contact = "c-2", customerId = "C-77001" }, Person.Agent);
        Assert.Equal(202, several);
        Assert.Equal(new[] { first.Id, second.Id }.Order(), cases.GetProperty("cases").EnumerateArray().Select(one => one.GetString()).Order());
        Assert.Contains("WithManager", new[] { await story.StateOf(first), await story.StateOf(second) });

        var (none, problem) = await story.Post("api/re-contacts", new { contact = "c-3", customerId = "C-unknown" }, Person.Agent);
        Assert.Equal((404, "no_case_found"), (none, problem.GetProperty("code").GetString()));
    }

    private static async Task<System.Text.Json.JsonElement> Ask(Story story, Filed request, string contact)
    {
        var (status, answer) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact }, Person.Agent);
        Assert.Equal(200, status);
        return answer;
    }
}
