using Penalties.Cases;
using Penalties.Desk;
using Penalties.Managers;
using Penalties.Rules;

namespace Penalties.Tests;

/// <summary>What managers read in their own group, and that the timeline tells of being told only where a notice was sent.</summary>
public sealed class NoticeTextTests
{
    private static readonly DateTimeOffset Friday = new(2026, 9, 18, 22, 30, 0, Korea.Offset);
    private static readonly Complaint Complaint = new(
        "zendesk", "kmob", "4711", CaseKind.Penalty, Channel.Phone, CallType.General, Verification.Caller, Violation.RecklessDriving, Centre.Koc,
        "R-1", "D-1029", "customer-key", new(2026, 9, 18), Unclear: false);

    private static readonly PenaltyCase Case = Transitions.File(new(CaseId.Of("kmob", "4711", CaseKind.Penalty), Complaint), Friday);

    [Theory]
    [InlineData(NoticeKind.DecisionAsked, "관리자 확인 필요: 페널티 요청 여부를 정해 주세요. @m")]
    [InlineData(NoticeKind.HandedOver, "관리자 확인 필요: 상호차단이 확인되지 않았습니다. @m")]
    [InlineData(NoticeKind.AnswerTakenBack, "정해진 문자로 회신할 수 있게 되어 관리자 회신 요청을 취소합니다. @m")]
    [InlineData(NoticeKind.CallbackDue, "고객에게 관리자 연락이 필요합니다. @m")]
    [InlineData(NoticeKind.ReContacted, "고객 재인입 2회. 처리 상황 확인 부탁드립니다. @m")]
    [InlineData(NoticeKind.Urgent, "[긴급] 음주의심 신고가 접수되었습니다. 즉시 확인 부탁드립니다. @m")]
    [InlineData(NoticeKind.Reminder, "관리자 확인 대기 중입니다 (2차 알림). @m")]
    [InlineData(NoticeKind.Escalation, "관리자 확인이 지연되고 있습니다. 상급자 확인 부탁드립니다. @m")]
    [InlineData(NoticeKind.AnswerOverdue, "고객에게 안내한 날짜가 지났습니다 (09월 21일). 회신 상황 확인 부탁드립니다. @m")]
    public void A_notice_says_what_is_asked_and_is_known_by_its_key(NoticeKind kind, string begins)
    {
        var notice = new Notice("m7", kind, Friday, 2, HandoverReason.BlockNotConfirmed, new(2026, 9, 21));
        Assert.Equal($"{begins} [{Case.Id} m7]", NoticeText.Of(Case, notice, "@m", toldBy: null, callbackDue: null));
        Assert.Equal(
            $"{begins} 고객 안내일 09월 21일 연락 기한 09월 22일 10:30 [{Case.Id} m7]",
            NoticeText.Of(Case, notice, "@m", new(2026, 9, 21), new(2026, 9, 22, 1, 30, 0, TimeSpan.Zero)));
    }

    [Fact]
    public void A_ride_after_a_block_is_told_with_both_rides()
    {
        var again = Case with { Rematch = new("R-2", new(2026, 9, 20), "pr-2", "R-1", new(2026, 9, 18)) };
        Assert.StartsWith(
            "[긴급] 관리자 확인 필요: 상호차단이 완료된 고객과 기사님의 이후 운행이 접수되었습니다 (차단된 운행 R-1 09월 18일 pr-2, 이후 운행 R-2 09월 20일). @m",
            NoticeText.Of(again, new("m1", NoticeKind.HandedOver, Friday, 0, HandoverReason.MatchedAgain), "@m", null, null),
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_urgent_begins_with_it_once()
    {
        var drunk = Case with { Complaint = Complaint with { Violation = Violation.SuspectedDrunkDriving } };
        string Text(PenaltyCase current, NoticeKind kind, HandoverReason? reason = null) => NoticeText.Of(current, new("m1", kind, Friday, 0, reason), "@m", null, null);

        Assert.StartsWith("[긴급] 관리자 확인 필요: 페널티", Text(drunk, NoticeKind.DecisionAsked), StringComparison.Ordinal);
        Assert.StartsWith("[긴급] 음주의심", Text(drunk, NoticeKind.Urgent), StringComparison.Ordinal);
        Assert.StartsWith("[긴급] 관리자 확인 필요: 다시", Text(drunk, NoticeKind.HandedOver, HandoverReason.PromisedBlockLifted), StringComparison.Ordinal);
        Assert.StartsWith("[긴급] 관리자 확인 필요: 다시", Text(Case, NoticeKind.HandedOver, HandoverReason.PromisedBlockLifted), StringComparison.Ordinal);
    }

    [Fact]
    public void A_digest_is_ids_in_their_order_and_of_very_many_their_number()
    {
        Assert.Equal(
            "관리자 확인 대기 2건 (09월 28일) @m\npr-b\npr-a\n[KMCC 2026-09-28]", NoticeText.Digest(Centre.Kmcc, new(2026, 9, 28), ["pr-b", "pr-a"], "@m"));

        var many = NoticeText.Digest(Centre.Koc, new(2026, 9, 28), [.. Enumerable.Range(1, 103).Select(number => $"pr-{number}")], "@m").Split('\n');
        Assert.Equal(("pr-100", "외 3건", "[KOC 2026-09-28]"), (many[^3], many[^2], many[^1]));
    }

    [Fact]
    public void Of_being_told_the_timeline_speaks_where_a_notice_was_sent_and_says_where()
    {
        var told = 0;
        foreach (var happened in TimelineForAgentsTests.Events)
        {
            var line = TimelineEntry.Of(new(1, default, Actor.System, "test", happened), seesOutcomes: true).What;
            Assert.Equal(happened is ManagersTold, line.Contains("에게 알림", StringComparison.Ordinal));
            told += happened is ManagersTold ? 1 : 0;
        }

        Assert.Equal(1, told);
        Assert.Equal(
            "상급자에게 알림 (아지트 KMCC 관리자 그룹): 관리자 확인이 지연되고 있습니다. 상급자 확인 부탁드립니다.",
            NoticeText.Sent(new(new("m9", NoticeKind.Escalation, Friday), Centre.Kmcc, "18")));
        Assert.All(Enum.GetValues<HandoverReason>(), reason => Assert.StartsWith(
            "관리자에게 알림 (아지트 KOC 관리자 그룹): ",
            NoticeText.Sent(new(new("m9", NoticeKind.HandedOver, Friday, Reason: reason), Centre.Koc, "18")),
            StringComparison.Ordinal));
    }
}
