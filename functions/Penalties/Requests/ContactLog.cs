using Penalties.Outside.Crm;

namespace Penalties.Requests;

/// <summary>상담이력: the words of the internal notes on the CRM ticket.</summary>
public static class ContactLog
{
    /// <summary>
    /// Tag our updates leave on a ticket. The CRM's trigger leaves out updates of our own agent; where it cannot tell, it sends the tags along, and
    /// a rule of its own removes this one when a person saves the ticket (README).
    /// </summary>
    public const string Tag = "penalty_request";

    /// <summary>Demanded word for word by the script when a manager decides against a penalty request.</summary>
    public const string NotFiled = "관리자 컨펌 후 페널티 미작성";

    private const string Unsure = " 공휴일 정보 없음: 회신일 확인 필요.";

    /// <param name="isDateSure">Whether the holiday table covers the due date.</param>
    public static MarkedLine Line(PenaltyCase current, OwedText note, DateTimeOffset? due, bool isDateSure)
    {
        var marker = $"[{current.Id} {note.Key}]";
        var doubt = note.Kind is TextKind.FeedbackPromised && !isDateSure ? Unsure : "";
        var said = note.Guidance is { } guidance ? $" (안내: {guidance})" : "";
        return note.Kind is TextKind.NotFiled
            ? new(NotFiled, Marker: null, $"{Tag}_{current.Id}_{note.Key}")
            : new($"{Words(current, note, due)}{doubt}{said} {marker}", marker);
    }

    private static string Words(PenaltyCase current, OwedText note, DateTimeOffset? due) => note.Kind switch
    {
        TextKind.Recorded => $"내부신고 접수: {current.Complaint.Violation.Name()}.",
        TextKind.DecisionAwaited => $"내부신고 접수: {current.Complaint.Violation.Name()}. 페널티 요청 여부 관리자 확인 중.",
        TextKind.NotFiled => NotFiled,
        TextKind.Filed => $"페널티 요청 등록 ({current.Complaint.Centre.Name()}).",
        TextKind.BlockConfirmed => "기사 상호차단 완료.",
        TextKind.BlockDeclined => "기사 차단 원하지 않음. 내부신고 및 모니터링만 진행.",
        TextKind.BlockWithdrawn => "고객이 기사 차단 동의를 철회. 차단 요청 전으로 차단하지 않음.",
        TextKind.UnblockWanted => "고객이 기사 차단 동의를 철회. 차단이 이미 요청되어 관리자 해제 확인 필요.",
        TextKind.BlockConsentRenewed => "고객이 기사 차단에 다시 동의.",
        TextKind.BlockFailed => "기사 상호차단 실패. 관리자 확인 필요.",
        TextKind.FeedbackGuided => $"피드백 요청 {note.Number}차 안내 완료.",
        TextKind.FeedbackPromised => due is { } at ? $"피드백요청 접수(3차). {BoardText.Day(Korea.DateOf(at))} 회신 예정." : "피드백요청 접수(3차).",
        TextKind.ReContacted => $"재인입 {note.Number}회.",
        TextKind.ReContactedAfterAnswer => $"재인입 {note.Number}회. 결과 회신 후 문의.",
        TextKind.ReContactedAfterWithdrawal => $"재인입 {note.Number}회. 철회된 건.",
        TextKind.Renewed => "철회 후 동일 내용 재접수.",
        TextKind.CallbackNumberAgreed => "다른 연락처 등록 (동의 완료). 해당 번호로 관리자 연락 예정.",
        TextKind.HandedToManager => $"{BoardText.Asked(note.Reason, current.Rematch)}.",
        TextKind.HandoverSettled => "관리자 확인 완료.",
        TextKind.AnswerTakenBack => "정해진 문자로 회신할 수 있게 되어 관리자 회신 요청 취소.",
        TextKind.ManagerAnswered => "관리자 회신 완료.",
        TextKind.Answered => "결과 안내 문자 발송 완료.",
        TextKind.Withdrawn => "고객 철회. 회신 및 추가 조치 요청 중단.",
        TextKind.Reopened => "종료 건 재오픈. 관리자 확인 필요.",
        TextKind.Linked => "동일 고객·기사·운행 건이 다른 상담으로 접수되어 연결함.",
        TextKind.BlockLifted => "기사 상호차단 해제 완료.",
        TextKind.BlockFoundLifted => "기사 어드민에서 상호차단이 해제된 것을 확인.",
        TextKind.CompensationRefused => "보상 요구 1차: 금전 보상 불가 안내 완료.",
        TextKind.CallbackAsked => "관리자 연락 요청 접수.",
        TextKind.CallbackRecorded => "관리자 연락 예정. 담당 관리자 확인 중.",
        TextKind.CallbackDone => "관리자 연락 완료.",
        TextKind.CallbackCancelled => "관리자 연락 취소.",
        TextKind.CallbackUnanswered => $"관리자 연락 {note.Number}회 시도: 부재.",
        TextKind.CallbackNumberRefused => "다른 연락처 미등록: 동의 항목 누락. 계정에 등록된 번호로 연락 예정.",
        TextKind.ReminderWaiting => $"관리자 확인 대기 중 ({note.Number}차 알림).",
        TextKind.ReminderEscalated => "관리자 확인 지연: 상급자 확인 필요.",
        TextKind.ReminderOverdue => "고객 안내일 경과: 회신 상황 확인 필요.",
        TextKind.AppealFiled => "기사 이의신청 접수. 결정 전까지 고객 회신 보류.",
        TextKind.AppealDecided => "기사 이의신청 처리 완료.",
        TextKind.ResendOrdered => "관리자 승인으로 문자 재발송 예정.",
        TextKind.OutcomePending => throw new InvalidOperationException($"{note.Kind} is no note."),
    };
}
