using System.Text.Json;
using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S31")]
[Collection(OnAzurite.Name)]
public sealed class AgentIsToldWhatMayBeSaid(StorageFixture storage)
{
    /// <summary>A sentence of each box of the script, written here once more from the script itself.</summary>
    private static readonly (string Guidance, string Sentence)[] Boxes =
    [
        ("opening", "카카오 T 대리 서비스 이용에 불편을 드려 죄송합니다."),
        ("identity-caller", "카카오 T 앱을 통해 호출하신 본인이십니까?"),
        ("identity-account", "문의하신 카카오 T 계정 가입자 본인이십니까?"),
        ("ride-lookup", "정확한 안내를 위해"),
        ("cancellation", "배정된 기사님이 운행할 수 없는 상황이 발생하여 부득이하게 취소하는 경우가 있는데요."),
        ("cancellation-reason", "기사님의 취소 사유는 정확하게 확인이 어려운 점 양해 부탁드립니다."),
        ("block-offer", "고객님과 다시는 만나지 않도록 차단 설정 진행해도 될까요?"),
        ("block-hold", "네, 바로 진행하겠습니다. 잠시만 기다려 주시겠습니까?"),
        ("block-done", "말씀해 주신 내용으로 기사 차단 및 내부신고 완료했습니다."),
        ("block-declined", "해당 기사는 내부적으로 모니터링 진행하여 유사 사례가 발생되지 않도록 힘쓰겠습니다."),
        ("feedback-1", "해당 기사는 위반항목과 횟수에 따라 제재가 진행될 예정입니다."),
        ("feedback-2", "신고한 고객님들께 개별적인 안내가 어렵습니다."),
        ("feedback-3", "기사님 제재 결과에 회신 요청하신 부분도 빠짐없이 전달하겠습니다."),
        ("compensation-1", "금전적인 보상은 지원이 어려운 점 너그러이 양해 부탁드립니다."),
        ("compensation-2", "고객님의 카카오 T 계정에 등록된 전화번호로 연락드리면 될까요?"),
        ("callback-number", "동의"),
        ("callback-arranged", "신속하게 연락받으실 수 있도록 내용 전달하겠습니다."),
        ("re-contact-hold", "제가 신속하게 확인 후 안내해 드리겠습니다."),
        ("re-contact-in-progress", "말씀해 주신 불편사항은 신고가 잘 접수되어 현재 처리 중입니다."),
        ("re-contact-asked-when", "고객님께 연락드릴 수 있도록 노력하겠습니다."),
    ];

    [Fact]
    public async Task Every_box_of_the_script_has_its_words_and_who_is_on_the_phone_is_asked_who_calls()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var all = Texts((await story.Get("api/guidance", Person.Agent)).Body);
        Assert.All(Boxes, box => Assert.Contains(box.Sentence, all[box.Guidance], StringComparison.Ordinal));

        // In chat the signed-in account counts.
        Assert.Equal(["identity-account", "identity-caller"], all.Keys.Except(Texts((await story.Get("api/guidance?channel=chat", Person.Agent)).Body).Keys).Order());
        Assert.Equal(all.Keys.Order(), Texts((await story.Get("api/guidance?channel=phone", Person.Agent)).Body).Keys.Order());
        Assert.Equal(400, (await story.Get("api/guidance?channel=letter", Person.Agent)).Status);
        Assert.Equal(404, (await story.Get("api/penalty-requests/pr-0000000000000000/guidance", Person.Agent)).Status);
    }

    [Fact]
    public async Task Only_what_is_true_of_the_case_just_now_and_which_stage_comes_next()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var report = await story.File(A.Complaint with { Violation = "콜취소/Noshow" });
        await Offered(story, report, next: (1, 1), yes: ["cancellation", "cancellation-reason", "block-offer", "feedback-1", "compensation-1", "re-contact-recorded"],
            no: ["block-hold", "block-done", "block-declined", "feedback-2", "feedback-3", "compensation-2", "re-contact-in-progress", "callback-arranged"]);

        await story.Save(report.Body with { Block = "agreed", FeedbackStage = "1" });
        await Offered(story, report, next: (2, 1), yes: ["block-done", "feedback-1", "feedback-2"], no: ["block-offer", "block-hold", "block-declined", "feedback-3"]);

        await story.Save(report.Body with { Block = "agreed", FeedbackStage = "3", CompensationStage = "2" });
        var say = await Offered(story, report, next: (null, null), yes: ["feedback-3", "compensation-2", "callback-number", "callback-arranged", "re-contact-in-progress"],
            no: ["feedback-2", "compensation-1", "re-contact-recorded", "re-contact-with-manager"]);
        Assert.Contains("09월 18일 말씀해 주신", say["re-contact-in-progress"], StringComparison.Ordinal);

        // The promise is due on the 21st: who asks when two days before is told 1–2 days, earlier only the day.
        Assert.Contains("09월 21일까지", say["re-contact-asked-when"], StringComparison.Ordinal);
        Assert.DoesNotContain("1~2일", say["re-contact-asked-when"], StringComparison.Ordinal);
        await story.AdvanceTo("2026-09-19 10:00 KST");
        Assert.Contains("1~2일 내로, 09월 21일까지", (await Say(story, report)).Texts["re-contact-asked-when"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_block_that_was_declined_is_never_said_to_be_done_and_a_measure_that_nobody_takes_not_to_come()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.Complaint with { Block = "declined", FeedbackStage = "3" });
        await Offered(story, request, next: (null, 1), yes: ["block-declined", "re-contact-in-progress"], no: ["block-offer", "block-hold", "block-done", "cancellation"]);

        await story.Concludes(request, "no-violation", at: "2026-09-18 22:30 KST");
        var say = await Offered(story, request, next: (null, 1), yes: ["re-contact-with-manager", "re-contact-with-manager-when"], no: ["re-contact-in-progress", "re-contact-asked-when"]);
        Assert.DoesNotContain("제재", say["re-contact-with-manager"], StringComparison.Ordinal);

        await story.Post($"api/penalty-requests/{request.Id}/withdrawal", new { reason = "착오였다고 함" });
        await Offered(story, request, next: (null, null), yes: ["re-contact-withdrawn"], no: ["re-contact-with-manager", "block-declined", "feedback-3"]);
    }

    [Fact]
    public async Task The_contact_log_says_what_the_agent_was_told_to_say_and_nothing_where_nobody_asked()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        var (_, told) = await story.Post($"api/penalty-requests/{request.Id}/re-contacts", new { contact = "call-1", askedWhen = true }, Person.Agent);
        await story.File(A.FeedbackRequest); // the same ride, on another ticket

        var lines = (await story.Received(request)).NoteLines;
        Assert.Equal("re-contact-asked-when@1", told.GetProperty("guidance").GetString());
        Assert.Single(lines, line => line.Contains("재인입 1회. (안내: re-contact-asked-when@1)", StringComparison.Ordinal));
        Assert.DoesNotContain("안내:", Assert.Single(lines, line => line.Contains("재인입 2회.", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Single(lines, line => line.Contains("회신 예정. (안내: feedback-3@1)", StringComparison.Ordinal));
    }

    /// <summary>What may be said of the case, by the ids of the guidance; the one has to be there, the other not.</summary>
    private static async Task<IReadOnlyDictionary<string, string>> Offered(Story story, Filed report, (int? Feedback, int? Compensation) next, string[] yes, string[] no)
    {
        var (said, texts) = await Say(story, report);
        Assert.Equal(next, (Stage(said, "nextFeedbackStage"), Stage(said, "nextCompensationStage")));
        Assert.Empty(yes.Except(texts.Keys));
        Assert.Empty(no.Intersect(texts.Keys));
        Assert.All(texts.Values, text => Assert.DoesNotContain("{", text, StringComparison.Ordinal));
        return texts;
    }

    private static async Task<(JsonElement Said, IReadOnlyDictionary<string, string> Texts)> Say(Story story, Filed report)
    {
        var (status, said) = await story.Get($"api/penalty-requests/{report.Id}/guidance", Person.Agent);
        Assert.Equal(200, status);
        return (said, Texts(said.GetProperty("say")));
    }

    private static int? Stage(JsonElement said, string name) => said.GetProperty(name) is { ValueKind: JsonValueKind.Number } stage ? stage.GetInt32() : null;

    private static Dictionary<string, string> Texts(JsonElement guidance) => guidance.EnumerateArray().ToDictionary(
        one => one.GetProperty("name").GetString()!.Split('@')[0], one => one.GetProperty("text").GetString()!);
}
