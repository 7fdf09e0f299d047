namespace Penalties.Managers;

/// <summary>What managers read in their own group, and what the timeline says of it. Terms, ids and dates; nobody's name, number or words.</summary>
internal static class NoticeText
{
    private const string Urgent = "[긴급] ";

    /// <summary>Ids a digest names; of more it tells how many there are.</summary>
    private const int MostInDigest = 100;

    /// <summary>How a notice is recognised.</summary>
    public static string Marker(PenaltyCase current, Notice notice) => $"[{current.Id} {notice.Key}]";

    /// <summary>How a day's digest is recognised.</summary>
    public static string Digest(Centre centre, DateOnly day) => string.Create(CultureInfo.InvariantCulture, $"[{centre.Name()} {day:yyyy-MM-dd}]");

    /// <param name="toldBy">The day the customer was told; null without an open promise.</param>
    /// <param name="callbackDue">When a supervisor is to have phoned; null where none is.</param>
    public static string Of(PenaltyCase current, Notice notice, string mention, DateOnly? toldBy, DateTimeOffset? callbackDue)
    {
        var words = Words(notice, current.Rematch);
        string[] parts =
        [
            current.Complaint.IsUrgent && !words.StartsWith(Urgent, StringComparison.Ordinal) ? Urgent + words : words,
            mention,
            toldBy is { } told ? $"고객 안내일 {BoardText.Day(told)}" : "",
            callbackDue is { } due ? $"연락 기한 {BoardText.Day(Korea.DateOf(due))} {Korea.TimeOf(due):HH:mm}" : "",
            Marker(current, notice),
        ];
        return string.Join(' ', parts.Where(part => part.Length > 0));
    }

    public static string Digest(Centre centre, DateOnly day, IReadOnlyList<string> caseIds, string mention)
    {
        string[] lines =
        [
            $"관리자 확인 대기 {caseIds.Count}건 ({BoardText.Day(day)}) {mention}",
            .. caseIds.Take(MostInDigest),
            caseIds.Count > MostInDigest ? $"외 {caseIds.Count - MostInDigest}건" : "",
            Digest(centre, day),
        ];
        return string.Join('\n', lines.Where(line => line.Length > 0));
    }

    /// <summary>The line of a notice that was sent: to whom, where, and what.</summary>
    public static string Sent(ManagersTold told) =>
        $"{(told.Notice.Kind is NoticeKind.Escalation ? "상급자" : "관리자")}에게 알림 (아지트 {told.Centre.Name()} 관리자 그룹): {Words(told.Notice)}";

    /// <param name="rematch">The two rides, where that is what it is about.</param>
    private static string Words(Notice notice, MatchedAgain? rematch = null) => notice.Kind switch
    {
        NoticeKind.DecisionAsked => "관리자 확인 필요: 페널티 요청 여부를 정해 주세요.",
        NoticeKind.HandedOver => $"{BoardText.Asked(notice.Reason, rematch)}.",
        NoticeKind.AnswerTakenBack => "정해진 문자로 회신할 수 있게 되어 관리자 회신 요청을 취소합니다.",
        NoticeKind.CallbackDue => "고객에게 관리자 연락이 필요합니다.",
        NoticeKind.ReContacted => $"고객 재인입 {notice.Number}회. 처리 상황 확인 부탁드립니다.",
        NoticeKind.Urgent => $"{Urgent}음주의심 신고가 접수되었습니다. 즉시 확인 부탁드립니다.",
        NoticeKind.Reminder => $"관리자 확인 대기 중입니다 ({notice.Number}차 알림).",
        NoticeKind.Escalation => "관리자 확인이 지연되고 있습니다. 상급자 확인 부탁드립니다.",
        NoticeKind.AnswerOverdue =>
            $"고객에게 안내한 날짜가 지났습니다{(notice.Told is { } told ? $" ({BoardText.Day(told)})" : "")}. 회신 상황 확인 부탁드립니다.",
    };
}
