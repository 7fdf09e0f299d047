using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>One line of a case's timeline, for people at the centre.</summary>
internal static class TimelineText
{
    public static string Of(CaseEvent happened) => happened switch
    {
        CaseFiled filed => $"내부신고 접수: {filed.Complaint.Violation.Name()}",
        FilingApproved approved => $"관리자 컨펌: 페널티 요청 작성 ({approved.Reason})",
        FilingRefused refused => $"관리자 컨펌: 페널티 요청 미작성 ({refused.Reason})",
        BoardPosted => "아지트에 페널티 요청 등록",
        BoardCommented commented => $"아지트 댓글 {commented.Keys.Count}건",
        BlockAgreed => "고객이 기사 차단에 동의",
        BlockDeclined => "고객이 기사 차단을 원하지 않음",
        BlockRequested requested => $"상호차단 요청 ({requested.Attempt}차)",
        BlockConfirmed => "상호차단 완료",
        BlockFailed failed => $"상호차단 실패 ({failed.Code})",
        FeedbackAsked asked => $"피드백 요청 {asked.Stage}차 안내",
        FeedbackPromised => "피드백요청 3차 접수: 문자 회신 약속",
        OutcomePending => "기사 조치 결과 확인: 아직 없음",
        OutcomeConcluded concluded => $"기사 조치 결과: {concluded.Kind.Name()} ({concluded.DecidedBy})",
        ReContacted contact => contact.AskedWhen ? "고객 재인입: 회신 시점 문의" : "고객 재인입",
        MessageReserved reserved => $"문자 준비 ({reserved.Attempt}차, {reserved.Template}, {reserved.Bytes} bytes)",
        MessageSent sent => $"문자 발송 ({sent.Attempt}차)",
        MessageDelivered delivered => $"문자 전달 확인 ({delivered.Attempt}차)",
        MessageFailed failed => $"문자 실패 ({failed.Attempt}차, {failed.Code})",
        MessageUnknown unknown => $"문자 전달 여부 불명 ({unknown.Attempt}차)",
        DeliveryChecked => "문자 전달 확인 중",
        HandedToManager handed => $"관리자 회신 필요: {BoardText.Words(handed.Reason)}",
        ManagerAnswered answered => $"관리자 회신 완료 ({answered.Reason})",
        NotesWritten written => $"상담이력 {written.Keys.Count}건 작성",
        CaseClosed => "종료",
        _ => throw new InvalidOperationException($"{happened.GetType().Name} has no words yet."),
    };
}
