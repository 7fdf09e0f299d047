using Penalties.Outside;

namespace Penalties.Requests;

/// <summary>What stands on the board: terms and a link to the case; never who the driver or the customer is.</summary>
public sealed class BoardText(IOptions<AgitOptions> agit, IOptions<ProductOptions> product)
{
    /// <summary>How a case's post is recognised.</summary>
    public static string Marker(PenaltyCase current) => $"[{current.Id}]";

    /// <summary>How a comment is recognised.</summary>
    public static string Marker(PenaltyCase current, OwedText comment) => $"[{current.Id} {comment.Key}]";

    public string Post(PenaltyCase current, DateTimeOffset? due)
    {
        var complaint = current.Complaint;
        var lines = new List<string>
        {
            $"# {(complaint.IsUrgent ? "[긴급] " : "")}페널티 요청: {complaint.Violation.Name()}",
            $"센터 {complaint.Centre.Name()} · 콜 유형 {complaint.CallType.Name()} · 접수 {Day(Korea.DateOf(current.FiledAt))}",
            $"상호차단: {BlockName(current.Block)}",
        };
        if (due is { } at)
        {
            lines.Add($"피드백요청: {Day(Korea.DateOf(at))} 회신 예정");
        }

        if (agit.Value.Of(complaint.Centre).ManagerMention is { Length: > 0 } mention)
        {
            lines.Add($"관리자 확인 부탁드립니다. {mention}");
        }

        lines.Add($"[상세]({product.Value.CaseLink(current.Id)})");
        lines.Add(Marker(current));
        return string.Join("\n", lines);
    }

    public string Comment(PenaltyCase current, OwedText comment, DateTimeOffset? due)
    {
        var board = agit.Value.Of(current.Complaint.Centre);
        var mention = comment.Kind switch
        {
            TextKind.ReminderWaiting or TextKind.ReminderOverdue or TextKind.HandedToManager => board.ManagerMention,
            TextKind.ReminderEscalated => board.EscalationMention,
            _ => "",
        };
        return string.Join(' ', new[] { Words(current, comment, due), mention, Marker(current, comment) }.Where(part => part.Length > 0));
    }

    internal static string BlockName(BlockState block) => block switch
    {
        BlockState.Unknown => "요청 없음",
        BlockState.Declined => "고객이 원하지 않음",
        BlockState.Pending => "처리 중",
        BlockState.Confirmed => "완료",
        BlockState.Failed => "실패",
        BlockState.Lifting => "해제 처리 중",
        BlockState.Lifted => "해제됨",
    };

    /// <summary>A fact as people read it.</summary>
    internal static string Shown(ComplaintFact fact, string value) => fact switch
    {
        ComplaintFact.Violation => Enum.Parse<Violation>(value).Name(),
        ComplaintFact.Centre => Enum.Parse<Centre>(value).Name(),
        ComplaintFact.Driver or ComplaintFact.Ride or ComplaintFact.Customer => value,
    };

    internal static string Day(DateOnly date) => date.ToString("MM'월 'dd'일'", CultureInfo.InvariantCulture);

    /// <summary>What a manager is asked to look at.</summary>
    internal static string Asked(HandoverReason? reason) =>
        $"{(reason is { } matter && matter.IsUrgent() ? "[긴급] " : "")}관리자 확인 필요: {Words(reason)}";

    /// <summary>Agents read the board and the ticket, too: no word of what was decided about the driver.</summary>
    private static string Words(HandoverReason? reason) => reason switch
    {
        HandoverReason.PenaltyNotFiled => "페널티를 작성하지 않기로 한 건이라 정해진 문자를 보낼 수 없습니다",
        HandoverReason.NotDecided => "회신 예정일까지 페널티 요청 여부가 정해지지 않았습니다",
        HandoverReason.OutcomeProvesNothing => "정해진 문자로는 회신할 수 없는 건입니다",
        HandoverReason.OutcomeNotConcluded => "기한까지 기사 조치 결과가 나오지 않았습니다",
        HandoverReason.BlockNotConfirmed => "상호차단이 확인되지 않았습니다",
        HandoverReason.AnswerNeedsBlock => "상호차단이 확인되지 않아 정해진 문자를 보낼 수 없습니다",
        HandoverReason.MessageNotSent => "문자를 보내지 못하고 있습니다",
        HandoverReason.ComplaintDiffers => "같은 상담에 다른 운행 또는 기사 정보가 접수되었습니다",
        HandoverReason.OutcomeCorrected => "문자 발송 후 기사 조치 결과가 바뀌었습니다",
        HandoverReason.MessageFailed => "문자가 전달되지 않았습니다",
        HandoverReason.MessageUnknown => "문자의 전달 여부를 확인할 수 없습니다",
        HandoverReason.AppealOpen => "회신 예정일이 지났으나 기사 이의신청이 아직 처리되지 않았습니다",
        HandoverReason.Requested => "담당자가 확인을 요청했습니다",
        HandoverReason.AnswerTakenOver => "관리자가 직접 회신하기로 했습니다",
        HandoverReason.Reopened => "종료된 건을 다시 열었습니다",
        HandoverReason.UnblockFailed => "상호차단 해제가 확인되지 않았습니다",
        HandoverReason.ReContactUnclear => "재인입이 여러 접수 건에 해당합니다",
        HandoverReason.CallbackUnanswered => "관리자 연락을 세 번 시도했으나 고객이 받지 않았습니다",
        HandoverReason.BlockFoundLifted => "상호차단이 기사 어드민에서 해제되어 있어 정해진 문자를 보낼 수 없습니다",
        HandoverReason.PromisedBlockLifted => "다시 배차되지 않는다고 문자로 안내한 고객의 상호차단이 해제되었습니다. 고객 안내 방법을 정해 주세요",
        HandoverReason.BlockUnchecked => "상호차단 유지 여부가 확인되지 않아 정해진 문자를 보낼 수 없습니다",
        null => "",
    };

    private static string Words(PenaltyCase current, OwedText comment, DateTimeOffset? due) => comment.Kind switch
    {
        TextKind.ReContacted => $"고객 재인입 {comment.Number}회. 처리 상황 확인 부탁드립니다."
            + (due is { } at ? $" 고객 안내일 {Day(FollowUpPolicy.ToldDate(at, current.AskedWhenAt))}." : ""),
        TextKind.ReContactedAfterAnswer => $"회신 후 고객 재인입 {comment.Number}회. 확인 부탁드립니다.",
        TextKind.ReContactedAfterWithdrawal => $"철회 후 고객 재인입 {comment.Number}회.",
        TextKind.Renewed => "고객이 철회 후 같은 내용을 다시 접수했습니다.",
        TextKind.OutcomePending => "회신 예정일이 되었으나 기사 조치 결과가 아직 없습니다. 결과 등록 부탁드립니다.",
        TextKind.HandedToManager => $"{Asked(comment.Reason)}.",
        TextKind.BlockFailed => "상호차단이 처리되지 않았습니다. 어드민 확인 부탁드립니다.",
        TextKind.FeedbackPromised => due is { } answerAt ? $"피드백요청 접수: {Day(Korea.DateOf(answerAt))} 회신 예정." : "피드백요청 접수.",
        TextKind.Withdrawn => "고객이 접수를 철회했습니다. 고객 회신은 하지 않습니다.",
        TextKind.CallbackAsked => "고객이 관리자 연락을 요청했습니다.",
        TextKind.ReminderWaiting => $"관리자 확인 대기 중입니다 ({comment.Number}차 알림).",
        TextKind.ReminderEscalated => "관리자 확인이 지연되고 있습니다. 상급자 확인 부탁드립니다.",
        TextKind.ReminderOverdue => "고객에게 안내한 날짜가 지났습니다. 회신 상황 확인 부탁드립니다.",
        TextKind.Recorded or TextKind.DecisionAwaited or TextKind.NotFiled or TextKind.Filed or TextKind.BlockConfirmed or TextKind.BlockDeclined
            or TextKind.FeedbackGuided or TextKind.HandoverSettled or TextKind.ManagerAnswered or TextKind.Answered or TextKind.Reopened or TextKind.Linked
            or TextKind.BlockLifted or TextKind.CompensationRefused or TextKind.CallbackRecorded or TextKind.CallbackDone or TextKind.CallbackCancelled
            or TextKind.CallbackUnanswered or TextKind.CallbackNumberRefused or TextKind.CallbackNumberAgreed or TextKind.AppealFiled
            or TextKind.AppealDecided or TextKind.ResendOrdered or TextKind.BlockFoundLifted =>
            throw new InvalidOperationException($"{comment.Kind} is no board comment."),
    };
}

/// <summary>Settings <c>Product:*</c>.</summary>
public sealed class ProductOptions
{
    public const string Section = "Product";

    /// <summary>Where people reach this product, for links in posts.</summary>
    public Uri PublicUrl { get; set; } = null!;

    public Uri CaseLink(string caseId) => new(PublicUrl.Dir(), $"api/penalty-requests/{caseId}");

    internal IEnumerable<string> Problems() => SettingRules.HttpUrl($"{Section}:PublicUrl", PublicUrl);
}
