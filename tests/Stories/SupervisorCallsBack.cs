using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S18")]
[Collection(OnAzurite.Name)]
public sealed class SupervisorCallsBack(StorageFixture storage)
{
    [Theory]
    [InlineData("2", "false")]
    [InlineData("0", "true")]
    public async Task Asked_for_money_again_or_for_a_supervisor_a_callback_is_filed_with_a_due_time_and_tracked_until_a_named_person_is_done(
        string stage, string supervisor)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:30 KST");
        var report = await story.File(A.Complaint with { CompensationStage = stage, Supervisor = supervisor });

        var callback = story.CallbackOf(report);
        Assert.Equal("Closed", await story.StateOf(report));
        Assert.Equal(callback, (await story.Desk.Case(report.CaseId)).GetProperty("callbackId").GetString());
        var (_, view) = await story.Get($"api/callbacks/{callback}");
        Assert.Equal(("Due", report.Id, "01012345678"), (view.GetProperty("state").GetString(), view.GetProperty("about").GetString(), view.GetProperty("phone").GetString()));

        // Nine working hours from Friday 10:30: Monday 10:30.
        Assert.StartsWith("2026-09-21T10:30", view.GetProperty("due").GetString(), StringComparison.Ordinal);
        Assert.Contains(callback, (await story.Desk.List("?state=CallbackDue&kind=Callback")).GetRawText(), StringComparison.Ordinal);
        Assert.Single((await story.Received(report)).NoteLines, line => line.Contains("관리자 연락 예정", StringComparison.Ordinal));

        var (status, _) = await story.Post($"api/callbacks/{callback}/result", new { result = "done", reason = "통화 완료" });
        Assert.Equal(200, status);
        Assert.Equal(409, (await story.Post($"api/callbacks/{callback}/result", new { result = "cancelled", reason = "또" })).Status);
        var done = (await story.Get($"api/callbacks/{callback}")).Body;
        Assert.Equal("Done", done.GetProperty("state").GetString());
        Assert.Equal("manager-2", done.GetProperty("timeline").EnumerateArray().Single(entry => entry.GetProperty("what").GetString() == "관리자 연락 완료").GetProperty("by").GetString());
        Assert.Empty((await story.Desk.List("?state=CallbackDue")).GetProperty("cases").EnumerateArray());
    }

    [Fact]
    public async Task It_is_reminded_of_in_working_hours_and_escalated_when_its_time_has_passed()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 16:00 KST");
        var report = await story.File(A.Complaint with { Supervisor = "true" });
        await story.AdvanceTo("2026-09-21 08:59 KST");
        Assert.Empty(await Lines(story, report, "확인 대기 중"));

        // Two hours on Friday, two on Monday.
        await story.AdvanceTo("2026-09-21 11:05 KST");
        Assert.Single(await Lines(story, report, "관리자 확인 대기 중 (1차)"));
        Assert.Empty(await Lines(story, report, "상급자"));

        // Nine working hours are over on Monday at 16:00.
        await story.AdvanceTo("2026-09-21 16:05 KST");
        Assert.Single(await Lines(story, report, "관리자 확인 지연: 상급자 확인 필요"));

        await story.Post($"api/callbacks/{story.CallbackOf(report)}/result", new { result = "cancelled", reason = "고객이 원하지 않음" });
        await story.AdvanceTo("2026-09-30 12:00 KST");
        Assert.Single(await Lines(story, report, "관리자 연락 취소"));
        Assert.Single(await Lines(story, report, "상급자"));
    }

    [Fact]
    public async Task Nobody_answers_and_it_is_due_again_until_after_the_third_time_a_manager_decides()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:30 KST");
        var report = await story.File(A.Complaint with { Supervisor = "true" });
        var callback = story.CallbackOf(report);
        Assert.Equal("관리자 연락 접수", (await Callback(story, callback)).GetProperty("timeline")[0].GetProperty("what").GetString());

        await story.AdvanceTo("2026-09-18 15:00 KST");
        Assert.Equal(200, await Result(story, callback, "no-answer"));
        var tried = await Callback(story, callback);
        Assert.Equal(("Due", 1), (tried.GetProperty("state").GetString(), tried.GetProperty("tries").GetInt32()));

        // Nine working hours from Friday 15:00: Monday 15:00.
        Assert.StartsWith("2026-09-21T15:00", tried.GetProperty("due").GetString(), StringComparison.Ordinal);
        Assert.Equal(409, await Result(story, callback, "again"));
        await story.AdvanceTo("2026-09-21 10:00 KST");
        Assert.Equal(200, await Result(story, callback, "no-answer"));
        Assert.Contains(callback, (await story.Desk.List("?state=CallbackDue")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(200, await Result(story, callback, "no-answer"));

        Assert.Equal(409, await Result(story, callback, "no-answer"));
        Assert.Contains(callback, (await story.Desk.List("?state=WithManager")).GetRawText(), StringComparison.Ordinal);
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await Callback(story, callback)).GetProperty("due").ValueKind);
        Assert.Equal(["1회", "2회", "3회"], (await Lines(story, report, "부재")).Select(line => line.Split(' ')[2]));
        Assert.Single(await Lines(story, report, "관리자 확인 필요: 관리자 연락을 세 번 시도했으나 고객이 받지 않았습니다"));

        Assert.Equal(200, await Result(story, callback, "again"));
        var again = await Callback(story, callback);
        Assert.Equal(("Due", 0), (again.GetProperty("state").GetString(), again.GetProperty("tries").GetInt32()));
        Assert.StartsWith("2026-09-22T10:00", again.GetProperty("due").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, await Result(story, callback, "done"));
        Assert.Equal("Done", (await Callback(story, callback)).GetProperty("state").GetString());
        Assert.Empty((await story.Desk.List("?state=CallbackDue")).GetProperty("cases").EnumerateArray());
    }

    [Fact]
    public async Task A_manager_may_end_it_after_the_third_time_nobody_answered()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:30 KST");
        var report = await story.File(A.Complaint with { Supervisor = "true" });
        var callback = story.CallbackOf(report);
        for (var count = 1; count <= 3; count++)
        {
            Assert.Equal(200, await Result(story, callback, "no-answer"));
        }

        Assert.Equal(400, await Result(story, callback, "busy"));
        Assert.Equal(200, await Result(story, callback, "cancelled"));
        await story.AdvanceTo("2026-09-30 12:00 KST");

        Assert.Single(await Lines(story, report, "관리자 연락 취소"));
        Assert.Empty(await Lines(story, report, "확인 대기 중"));
        Assert.Empty((await story.Desk.List("?state=WithManager")).GetProperty("cases").EnumerateArray());
    }

    private static async Task<System.Text.Json.JsonElement> Callback(Story story, string callback) => (await story.Get($"api/callbacks/{callback}")).Body;

    private static async Task<int> Result(Story story, string callback, string result) =>
        (await story.Post($"api/callbacks/{callback}/result", new { result, reason = "통화 시도" })).Status;

    [Fact]
    public async Task An_agent_asks_by_the_route_and_a_done_one_is_opened_again_by_the_next_asking()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:30 KST");
        var report = await story.File(A.Complaint);
        var path = $"api/penalty-requests/{report.Id}/callbacks";
        var (status, body) = await story.Post(path, new { cause = "supervisor-asked" }, Person.Agent);
        Assert.Equal((202, story.CallbackOf(report)), (status, body.GetProperty("id").GetString()));
        await story.Post($"api/callbacks/{story.CallbackOf(report)}/result", new { result = "done", reason = "통화 완료" });

        await story.Post(path, new { cause = "supervisor-asked" }, Person.Agent);

        Assert.Equal("Due", (await story.Get($"api/callbacks/{story.CallbackOf(report)}")).Body.GetProperty("state").GetString());
        Assert.Equal("010-****-5678", (await story.Get($"api/callbacks/{story.CallbackOf(report)}", Person.Agent)).Body.GetProperty("phone").GetString());
    }

    private static async Task<IReadOnlyList<string>> Lines(Story story, Filed report, string words) =>
        [.. (await story.Received(report)).NoteLines.Where(line => line.Contains(words, StringComparison.Ordinal))];
}
