using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>One line of a case's timeline, for people at the centre.</summary>
internal static class TimelineText
{
    public static string Of(CaseEvent happened) => happened switch
    {
        CaseFiled filed => $"내부신고 접수: {filed.Complaint.Violation.Name()}",
        ComplaintDiffered => "같은 상담에 다른 운행 또는 기사 정보 접수: 관리자 확인 필요",
        FilingApproved => "관리자 컨펌: 페널티 요청 작성",
        FilingRefused => "관리자 컨펌: 페널티 요청 미작성",
        BoardPostStarted => "아지트 등록 시작",
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
        OutcomeCorrected corrected => $"기사 조치 결과 정정: {corrected.Kind.Name()} ({corrected.DecidedBy})",
        ReContacted contact => contact.AskedWhen ? "고객 재인입: 회신 시점 문의" : "고객 재인입",
        MessageReserved reserved => $"문자 준비 ({reserved.Attempt}차, {reserved.Template}, {reserved.Bytes} bytes)",
        MessageSent sent => $"문자 발송 ({sent.Attempt}차)",
        MessageDelivered delivered => $"문자 전달 확인 ({delivered.Attempt}차)",
        MessageFailed failed => $"문자 실패 ({failed.Attempt}차, {failed.Code})",
        MessageUnknown unknown => $"문자 전달 여부 불명 ({unknown.Attempt}차)",
        DeliveryChecked => "문자 전달 확인 중",
        HandedToManager handed => $"관리자 확인 필요: {BoardText.Words(handed.Reason)}",
        HandoverSettled => "관리자 확인 완료",
        ManagerAnswered => "관리자 회신 완료",
        TextsRefused refused => $"상담이력/댓글 작성 불가 ({refused.Code})",
        StepFailed failed => $"{Waiting(failed.Step)} 응답 대기 중: 다시 시도 예정",
        CaseResumed => "중단된 처리를 다시 시작",
        NotesWritten written => $"상담이력 {written.Keys.Count}건 작성",
        CaseClosed => "종료",
        _ => throw new InvalidOperationException($"{happened.GetType().Name} has no words yet."),
    };

    /// <summary>Which system a failed step waits for.</summary>
    private static string Waiting(StepKind step) => step switch
    {
        StepKind.RequestDriverBlock => "차단 대기열",
        StepKind.PostPenaltyRequest or StepKind.CommentOnBoard => "아지트",
        StepKind.WriteContactLog => "상담 시스템",
        StepKind.CheckDriverOutcome => "기사 어드민",
        StepKind.SendFeedbackSms or StepKind.CheckSmsDelivery => "문자 발송 업체",
        StepKind.HandToManager or StepKind.CloseCase or StepKind.Wait or StepKind.End => "저장소",
    };
}
