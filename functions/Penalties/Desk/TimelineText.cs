namespace Penalties.Desk;

/// <summary>One line of a case's timeline, for people at the centre.</summary>
internal static class TimelineText
{
    /// <summary>What a customer may be told of the event; null where that is nothing. Never the driver, never which penalty.</summary>
    public static string? ForCustomer(CaseEvent happened) => happened switch
    {
        CaseFiled { Complaint.Kind: CaseKind.Callback } => "관리자 연락이 예정되어 있습니다.",
        CaseFiled => "신고가 접수되었습니다.",
        BlockConfirmed => "해당 기사님과의 상호차단이 완료되었습니다.",
        FeedbackPromised => "결과 회신 요청이 담당 부서에 전달되었습니다.",
        ReContacted => "다시 문의하신 내용이 담당 부서에 전달되었습니다.",
        ComplaintWithdrawn => "접수가 철회되었습니다.",
        CallbackFiled or CallbackWanted => "관리자 연락이 예정되어 있습니다.",
        MessageDelivered or ManagerAnswered => "회신을 드렸습니다.",
        _ => null,
    };

    /// <summary>For who is not told what was decided about the driver: that something was, never what or how it came out.</summary>
    public static string WithoutOutcome(CaseEvent happened) => happened switch
    {
        OutcomeConcluded => "기사 조치 결과 결정",
        OutcomeCorrected => "기사 조치 결과 정정",
        AppealRejected or OutcomeOverturned => "기사 이의신청 처리 완료",
        HandedToManager handed => BoardText.Asked(handed.Reason),
        _ => Of(happened),
    };

    /// <summary>Everything, for managers and auditors.</summary>
    public static string Of(CaseEvent happened) => happened switch
    {
        CaseFiled { Complaint.Kind: CaseKind.Callback } => "관리자 연락 접수",
        CaseFiled filed => $"내부신고 접수: {filed.Complaint.Violation.Name()}",
        ComplaintDiffered => "같은 상담에 다른 운행 또는 기사 정보 접수: 관리자 확인 필요",
        DifferenceTakenBack => "다르게 접수된 정보 취소: 기존 정보 유지",
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
        FeedbackDated dated => $"피드백 요청 {dated.Stage}차 시점 확인 ({Korea.TimeOf(dated.AskedAt):MM-dd HH:mm})",
        FeedbackPromised => "피드백요청 3차 접수: 문자 회신 약속",
        OutcomePending => "기사 조치 결과 확인: 아직 없음",
        OutcomeConcluded concluded => $"기사 조치 결과: {concluded.Kind.Name()} ({concluded.DecidedBy})",
        OutcomeChecked => "기사 조치 결과 재확인: 변동 없음",
        RideDated dated => $"운행일 확인 ({dated.RideDate:MM-dd})",
        ComplaintRenewed => "철회 후 재접수",
        CallbackNumberAgreed => "다른 연락처 동의 완료",
        DecisionAsked => "페널티 요청 여부 관리자 확인 요청",
        OutcomeCorrected corrected => $"기사 조치 결과 정정: {corrected.Kind.Name()} ({corrected.DecidedBy})",
        ReContacted contact => contact.AskedWhen ? "고객 재인입: 회신 시점 문의" : "고객 재인입",
        MessageReserved reserved => $"문자 준비 ({reserved.Attempt}차, {reserved.Template}, {reserved.Bytes} bytes)",
        MessageSent sent => $"문자 발송 ({sent.Attempt}차)",
        MessageDelivered delivered => $"문자 전달 확인 ({delivered.Attempt}차)",
        MessageFailed failed => $"문자 실패 ({failed.Attempt}차, {failed.Code})",
        MessageUnknown unknown => $"문자 전달 여부 불명 ({unknown.Attempt}차)",
        DeliveryChecked => "문자 전달 확인 중",
        HandedToManager { Reason: HandoverReason.OutcomeProvesNothing } => "관리자 확인 필요: 조치 결과로는 정해진 문자를 보낼 수 없습니다",
        HandedToManager handed => BoardText.Asked(handed.Reason),
        HandoverSettled => "관리자 확인 완료",
        ManagerAnswered => "관리자 회신 완료",
        TextsRefused refused => $"상담이력/댓글 작성 불가 ({refused.Code})",
        StepFailed failed => $"{Waiting(failed.Step)} 응답 대기 중: 다시 시도 예정",
        CaseResumed => "중단된 처리를 다시 시작",
        CaseReopened => "종료 건 재오픈",
        ComplaintWithdrawn => "고객 철회",
        TicketLinked linked => $"같은 내용의 상담 연결 ({linked.Ticket})",
        StatementReceived => "기사 소명 접수",
        StatementWaived => "기사 소명 없음",
        BlockFoundLifted => "기사 어드민 확인: 상호차단이 해제되어 있음",
        BlockUnchecked => "기사 어드민 응답 없음: 상호차단 유지 여부 확인 대기",
        BlockChecked => "기사 어드민 확인: 상호차단 유지 중",
        UnblockOrdered => "관리자: 상호차단 해제 지시",
        UnblockRequested requested => $"상호차단 해제 요청 ({requested.Attempt}차)",
        BlockLifted => "상호차단 해제 완료",
        UnblockFailed failed => $"상호차단 해제 실패 ({failed.Code})",
        ComplaintDated dated => $"접수 시점 정정 ({Korea.TimeOf(dated.ComplainedAt):MM-dd HH:mm})",
        PromiseDated dated => $"피드백요청 시점 정정 ({Korea.TimeOf(dated.AskedAt):MM-dd HH:mm})",
        CompensationAsked asked => $"보상 요구 {asked.Stage}차",
        CallbackWanted wanted => wanted.Cause is CallbackCause.Compensation ? "관리자 연락 요청 (보상 재요구)" : "관리자 연락 요청 (상급자 요청)",
        CallbackFiled filed => $"관리자 연락 접수 ({filed.CallbackId})",
        CallbackDone => "관리자 연락 완료",
        CallbackCancelled => "관리자 연락 취소",
        CallbackUnanswered => "관리자 연락 시도: 부재",
        CallbackNumberRefused refused => $"다른 연락처 미등록: {string.Join(", ", refused.Missing)}",
        AppealFiled => "기사 이의신청 접수",
        AppealRejected => "기사 이의신청 기각: 기존 결과 유지",
        OutcomeOverturned overturned => $"기사 이의신청 인용: {overturned.Kind.Name()} ({overturned.DecidedBy})",
        MessageResendOrdered => "관리자: 문자 재발송 승인",
        ManagerReminded { Kind: ReminderKind.Waiting } reminded => $"관리자 확인 알림 ({reminded.Number}차)",
        ManagerReminded { Kind: ReminderKind.Escalated } => "관리자 확인 지연: 상급자에게 알림",
        ManagerReminded { Kind: ReminderKind.AnswerOverdue } => "고객 안내일 경과 알림",
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
        StepKind.SendFeedbackSms or StepKind.CheckSmsDelivery or StepKind.SettleReservation => "문자 발송 업체",
        StepKind.HandToManager or StepKind.RemindManager or StepKind.FileCallback or StepKind.CloseCase or StepKind.Wait or StepKind.End => "저장소",
    };
}
