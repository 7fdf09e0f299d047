using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

[Trait("Behaviour", "S28")]
[Collection(OnAzurite.Name)]
public sealed class ManagersAreReached(StorageFixture storage)
{
    [Theory]
    [InlineData("KOC", "@koc-manager")]
    [InlineData("KMCC", "@kmcc-manager")]
    public async Task An_undecided_case_without_a_post_is_told_to_its_centres_managers_and_the_timeline_says_so(string centre, string mention)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:30 KST");
        var unclear = await story.File(A.Complaint with { Violation = "기타", Unclear = "true", Centre = centre });

        var received = await story.Received(unclear);
        Assert.Empty(received.Board);
        var notice = Assert.Single(received.Notices);
        Assert.Equal(($"{centre} managers", null), (notice.Board, notice.ParentId));
        Assert.StartsWith($"관리자 확인 필요: 페널티 요청 여부를 정해 주세요. {mention} [{unclear.Id} m", notice.Text, StringComparison.Ordinal);
        Assert.Equal([$"관리자에게 알림 (아지트 {centre} 관리자 그룹): 관리자 확인 필요: 페널티 요청 여부를 정해 주세요."], await SaidToBeTold(story, unclear));
        foreach (var personal in new[] { "D-1029", "홍길동", "1234", "C-77001", "급정거", "R-20260918-001", "agent-12" })
        {
            Assert.DoesNotContain(personal, notice.Text, StringComparison.Ordinal);
        }

        await story.Post($"api/penalty-requests/{unclear.Id}/decision", new { decision = "file", reason = "고객 진술이 구체적임" });
        await story.AdvanceTo("2026-09-30 12:00 KST");

        // The post itself hands the penalty request over.
        Assert.Contains(mention, Assert.Single((await story.Received(unclear)).Posts).Text, StringComparison.Ordinal);
        Assert.Single((await story.Received(unclear)).Notices);
        Assert.Equal("Closed", await story.StateOf(unclear));
    }

    [Fact]
    public async Task A_case_that_needs_no_manager_tells_none()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST");
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-19 10:00 KST");
        await story.Concludes(request, "warning", at: "2026-09-19 10:00 KST");
        await story.AdvanceTo("2026-09-30 12:00 KST");

        Assert.Equal("Closed", await story.StateOf(request));
        Assert.Empty((await story.Received(request)).Notices);
        Assert.Empty(await Digests(story));
        Assert.Empty(await SaidToBeTold(story, request));
    }

    [Fact]
    public async Task A_block_that_fails_on_a_plain_cancellation_and_a_customer_who_asks_again_are_told_where_no_post_stands()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:30 KST");
        await story.World.SetDriverKnown("D-404", false);
        var plain = await story.File(A.Complaint with { Violation = "콜취소/Noshow", DriverId = "D-404", Block = "agreed" });
        Assert.Equal(["관리자 확인 필요: 상호차단이 확인되지 않았습니다. @koc-manager"], await Texts(story, plain));

        await story.Post($"api/penalty-requests/{plain.Id}/re-contacts", new { contact = "call-1" }, Person.Agent);
        await story.Post($"api/penalty-requests/{plain.Id}/re-contacts", new { contact = "call-1" }, Person.Agent);
        Assert.Equal("고객 재인입 1회. 처리 상황 확인 부탁드립니다. @koc-manager", (await Texts(story, plain))[^1]);
        Assert.Equal(2, (await Texts(story, plain)).Count);
        Assert.Empty((await story.Received(plain)).Board);
        Assert.Equal(2, (await SaidToBeTold(story, plain)).Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_callback_is_told_with_the_time_it_is_due_by_whenever_it_was_asked_for(bool atOnce)
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:30 KST");
        var report = await story.File(A.Complaint with { Violation = "콜취소/Noshow", Supervisor = atOnce ? "true" : "false" });
        if (!atOnce)
        {
            Assert.Equal("Closed", await story.StateOf(report));
            await story.Post($"api/penalty-requests/{report.Id}/callbacks", new { cause = "supervisor-asked" }, Person.Agent);
        }

        var callback = story.CallbackOf(report);
        var notice = Assert.Single(await NoticesOf(story, callback));
        Assert.StartsWith("고객에게 관리자 연락이 필요합니다. @koc-manager 연락 기한 09월 21일 10:30 [cb-", notice, StringComparison.Ordinal);
        Assert.DoesNotContain((await story.World.Received()).Board, post => !ReceivedByCase.IsManagers(post));

        await story.Post($"api/callbacks/{callback}/result", new { result = "done", reason = "통화 완료" });
        await story.AdvanceTo("2026-09-30 12:00 KST");
        Assert.Single(await NoticesOf(story, callback));
    }

    [Theory]
    [InlineData("false", "[긴급] 음주의심 신고가 접수되었습니다. 즉시 확인 부탁드립니다. @koc-manager")]
    [InlineData("true", "[긴급] 관리자 확인 필요: 페널티 요청 여부를 정해 주세요. @koc-manager")]
    public async Task Suspected_drunk_driving_is_told_at_once_at_whatever_hour_also_where_a_manager_still_has_to_decide(string unclear, string text)
    {
        await using var story = await Story.Begin(storage, "2026-09-19 03:10 KST");
        var report = await story.File(A.Complaint with { Violation = "음주의심", Unclear = unclear });
        Assert.Equal([text], await Texts(story, report));
    }

    [Fact]
    public async Task What_waits_is_reminded_of_thrice_then_it_stands_in_the_days_digest_and_the_next_level_is_told_once()
    {
        // Wednesday; Thursday to Saturday is Chuseok.
        await using var story = await Story.Begin(storage, "2026-09-23 14:00 KST");
        var first = await story.File(A.Complaint with { Violation = "기타", Unclear = "true" });
        var second = await story.File(A.FeedbackRequest with { RideId = "R-2", Unclear = "true" });

        await story.AdvanceTo("2026-09-28 18:30 KST");
        Assert.Equal(["1차", "2차", "3차"], await Reminders(story, first));
        Assert.Empty(await Digests(story));

        await story.AdvanceTo("2026-09-29 09:30 KST");
        Assert.Equal(($"관리자 확인 대기 1건 (09월 29일) @koc-manager\n{first.Id}\n[KOC 2026-09-29]", "KOC managers"), Assert.Single(await Digests(story)));

        await story.AdvanceTo("2026-09-29 14:30 KST");
        Assert.Equal(["관리자 확인이 지연되고 있습니다. 상급자 확인 부탁드립니다. @koc-lead"], (await Texts(story, first)).TakeLast(1));
        Assert.Equal(
            ["상급자에게 알림 (아지트 KOC 관리자 그룹): 관리자 확인이 지연되고 있습니다. 상급자 확인 부탁드립니다."],
            (await SaidToBeTold(story, first)).Where(line => line.StartsWith("상급자", StringComparison.Ordinal)));

        // The second was promised an answer for Saturday: since then it is another matter, reminded of thrice by itself, and before the first in the digest.
        await story.AdvanceTo("2026-09-30 17:30 KST");
        Assert.Equal([$"{first.Id}", $"{second.Id}\n{first.Id}"], (await Digests(story)).Select(Ids));

        await story.Post($"api/penalty-requests/{first.Id}/decision", new { decision = "file", reason = "고객 진술이 구체적임" });
        await story.AdvanceTo("2026-10-01 09:30 KST");
        Assert.Equal($"{second.Id}", Ids((await Digests(story))[^1]));
        await story.Post($"api/penalty-requests/{second.Id}/decision", new { decision = "answered", reason = "통화 완료" });
        await story.Post($"api/penalty-requests/{second.Id}/decision", new { decision = "file", reason = "고객 진술이 구체적임" });

        // A weekend, and working days on which nothing waits.
        await story.AdvanceTo("2026-10-08 12:00 KST");
        Assert.Equal(3, (await Digests(story)).Count);
        Assert.Equal(["1차", "2차", "3차"], await Reminders(story, first));
    }

    [Fact]
    public async Task While_the_board_is_away_the_timeline_tells_of_nobody_and_what_is_still_so_is_told_once_when_it_is_back()
    {
        await using var story = await Story.Begin(storage, "2026-09-18 10:00 KST", ("FollowUp:RemindEvery", "01:00:00"));
        await story.World.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 503, Times = 10_000 });
        var waits = await story.File(A.Complaint with { Violation = "기타", Unclear = "true" });
        var decided = await story.File(A.Complaint with { Violation = "기타", Unclear = "true", RideId = "R-2" });
        await story.AdvanceTo("2026-09-18 12:10 KST");
        await story.Post($"api/penalty-requests/{decided.Id}/decision", new { decision = "do-not-file", reason = "고객 체감의 차이" });
        Assert.Empty(await SaidToBeTold(story, waits));
        Assert.Empty(await SaidToBeTold(story, decided));
        Assert.Contains("아지트 응답 대기 중", (await story.Desk.Case(waits.CaseId)).GetRawText(), StringComparison.Ordinal);

        await story.World.ClearFaults();

        // The first post is taken, and its answer lost.
        await story.World.Order(new() { System = SandboxSystem.Board, Operation = "post", When = FaultMoment.After, Kind = FaultKind.Drop, Times = 1 });
        await story.AdvanceTo("2026-09-18 12:50 KST");

        Assert.Equal(
            ["관리자 확인 필요: 페널티 요청 여부를 정해 주세요. @koc-manager", "관리자 확인 대기 중입니다 (2차 알림). @koc-manager"], await Texts(story, waits));
        Assert.Equal(2, (await SaidToBeTold(story, waits)).Count);
        Assert.Contains("관리자 알림 1건 생략", (await story.Desk.Case(waits.CaseId)).GetRawText(), StringComparison.Ordinal);
        Assert.Empty(await Texts(story, decided));
        Assert.Empty(await SaidToBeTold(story, decided));
        Assert.Equal("Closed", await story.StateOf(decided));
    }

    [Fact]
    public async Task A_digest_the_board_did_not_take_at_nine_follows_within_the_hour_and_stands_once()
    {
        await using var story = await Story.Begin(storage, "2026-09-21 10:30 KST");
        var unclear = await story.File(A.Complaint with { Violation = "기타", Unclear = "true" });
        await story.AdvanceTo("2026-09-22 18:00 KST");
        Assert.Empty(await Digests(story));
        await story.World.Order(new() { System = SandboxSystem.Board, Kind = FaultKind.Status, Status = 503, Times = 10_000 });
        await story.AdvanceTo("2026-09-23 09:30 KST");
        Assert.Empty(await Digests(story));

        // Taken at ten, and the answer lost: at eleven it is found.
        await story.World.ClearFaults();
        await story.World.Order(new() { System = SandboxSystem.Board, Operation = "post", When = FaultMoment.After, Kind = FaultKind.Drop, Times = 1 });
        await story.AdvanceTo("2026-09-23 17:30 KST");
        Assert.Equal(unclear.Id, Ids(Assert.Single(await Digests(story))));
    }

    /// <summary>What stands in the managers' groups of a case, up to its dates and marker; in the order it was written.</summary>
    private static async Task<IReadOnlyList<string>> Texts(Story story, Filed filed) =>
        [.. (await NoticesOf(story, filed.CaseId)).Select(text => text[..text.IndexOf(" [", StringComparison.Ordinal)])];

    private static async Task<IReadOnlyList<string>> NoticesOf(Story story, string caseId) =>
    [
        .. (await story.World.Received()).Board.Where(post => ReceivedByCase.IsManagers(post) && post.Text.Contains($"[{caseId} ", StringComparison.Ordinal))
            .Select(post => post.Text),
    ];

    private static async Task<IReadOnlyList<string>> Reminders(Story story, Filed filed) =>
        [.. (await Texts(story, filed)).Where(text => text.Contains("차 알림", StringComparison.Ordinal)).Select(text => text.Split('(')[1].Split(' ')[0])];

    private static async Task<IReadOnlyList<(string Text, string Board)>> Digests(Story story) =>
    [
        .. (await story.World.Received()).Board.Where(post => post.Text.StartsWith("관리자 확인 대기 ", StringComparison.Ordinal) && post.Text.Contains('\n', StringComparison.Ordinal))
            .Select(post => (post.Text, post.Board)),
    ];

    private static string Ids((string Text, string Board) digest) => string.Join('\n', digest.Text.Split('\n')[1..^1]);

    /// <summary>Every line of the timeline that says that somebody was told.</summary>
    private static async Task<IReadOnlyList<string>> SaidToBeTold(Story story, Filed filed) =>
    [
        .. (await story.Desk.Case(filed.CaseId)).GetProperty("timeline").EnumerateArray().Select(entry => entry.GetProperty("what").GetString()!)
            .Where(line => line.Contains("에게 알림", StringComparison.Ordinal)),
    ];
}
