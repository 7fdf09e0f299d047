namespace LocalHost.Tour;

/// <summary>The customer agreed to the block and asked for the result; the driver was warned.</summary>
internal sealed class BlockAgreedAndWarning() : TourStory(1)
{
    private DateTimeOffset _rideDay;

    public override string Name => "block agreed, warning → the script's SMS on D+3";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        _rideDay = stage.Now;
        CaseId = (await stage.Desk.File(Complaint with { Block = "agreed", FeedbackStage = "3" }, ct)).Id;
        await stage.Until(this, CaseId, view => view.Facet("block") == "Confirmed", ct);
        await stage.Wait(TimeSpan.FromHours(20), ct);
        stage.Tell(this, "driver admin: lead-3 concludes a warning, long before it is due");
        await stage.Desk.Conclude(CaseId, "warning", "lead-3", stage.Now, push: true, ct);
        await stage.Until(this, CaseId, view => view.State() == "Closed", ct);
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return Exactly(1, received.Posts, "board post");
        yield return Exactly(1, received.Blocks, "mutual block");
        yield return Exactly(1, received.Sms, "SMS");
        yield return Text(received, _rideDay, withBlock: true);
        yield return received.Sms.All(sms => sms.Bytes == 422) ? null : $"untrue: the SMS has {received.Sms[0].Bytes} bytes, not 422";
        yield return received.Sms.All(sms => sms.SentAt >= Due(_rideDay)) ? null : "untrue: the SMS was sent before D+3";
        yield return NoteOnce(received, "페널티 요청 등록");
        yield return NoteOnce(received, "상호차단 완료");
        yield return NoteOnce(received, "결과 안내 문자 발송 완료");
    }

    internal static DateTimeOffset Due(DateTimeOffset filed) => new(filed.Date.AddDays(3).AddHours(9), filed.Offset);
}

/// <summary>The customer did not want the block: the SMS says nothing about being matched again.</summary>
internal sealed class BlockDeclined() : TourStory(2)
{
    private DateTimeOffset _rideDay;

    public override string Name => "block declined → an SMS that promises no block";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        _rideDay = stage.Now;
        CaseId = (await stage.Desk.File(Complaint with { Violation = "현금요구", Block = "declined", FeedbackStage = "3", Centre = "KMCC" }, ct)).Id;
        await stage.Desk.Conclude(CaseId, "dispatch-restriction", "lead-4", stage.Now, push: false, ct);
        await stage.Until(this, CaseId, view => view.State() == "Closed", ct);
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return Exactly(1, received.Posts.Where(post => post.Board == "KMCC"), "post on the KMCC board");
        yield return Exactly(0, received.Blocks, "mutual block");
        yield return Exactly(1, received.Sms, "SMS");
        yield return Text(received, _rideDay, withBlock: false);
        yield return NoteOnce(received, "차단 원하지 않음");
        yield return NoteOnce(received, "결과 안내 문자 발송 완료");
    }
}

/// <summary>Nothing was concluded on D+3, the customer asked again, and the answer came late but once.</summary>
internal sealed class OutcomeLateAndReContact() : TourStory(3)
{
    private DateTimeOffset _rideDay;

    public override string Name => "outcome late, re-contact → the same SMS, once";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        _rideDay = stage.Now;
        CaseId = (await stage.Desk.File(Complaint with { Violation = "콜취소/Noshow", Block = "agreed", FeedbackStage = "3" }, ct)).Id;
        await stage.Until(this, CaseId, view => view.Timeline().Any(what => what.Contains("아직 없음", StringComparison.Ordinal)), ct);
        stage.Tell(this, "the customer asks when the answer comes");
        using var answer = await stage.Desk.ReContact(CaseId, askedWhen: true, ct);
        answer.EnsureSuccessStatusCode();
        await stage.Wait(TimeSpan.FromHours(20), ct);
        await stage.Desk.Conclude(CaseId, "app-suspension", "lead-3", stage.Now, push: true, ct);
        await stage.Until(this, CaseId, view => view.State() == "Closed", ct);
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return Exactly(1, received.Posts, "board post");
        yield return received.Comments.Any(comment => comment.Text.Contains("아직 없습니다", StringComparison.Ordinal))
            ? null
            : "missing: comment that the outcome is not there";
        yield return Exactly(1, received.Comments.Where(comment => comment.Text.Contains("재인입", StringComparison.Ordinal)), "comment on the re-contact");
        yield return Exactly(1, received.Blocks, "mutual block");
        yield return Exactly(1, received.Sms, "SMS");
        yield return Text(received, _rideDay, withBlock: true);
        yield return NoteOnce(received, "재인입");
    }
}

/// <summary>The caller could not be verified: no case, only the script's note.</summary>
internal sealed class NotVerified() : TourStory(4)
{
    private int _status;
    private string _answer = "";

    public override string Name => "not verified → no case, 상담제한";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        var filed = await stage.Desk.File(Complaint with { Verified = "none", Block = "agreed", FeedbackStage = "3" }, ct);
        (_status, _answer) = (filed.Answer.Status, filed.Status);
        stage.Tell(this, $"webhook answered {_status}: {_answer}");
        while ((await stage.Desk.World.Received(ct)).Notes.All(note => $"{note.Ticket}" != Ticket))
        {
            await stage.Wait(TimeSpan.FromMinutes(20), ct);
        }
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return (_status, _answer) == (200, "refused") ? null : $"untrue: the webhook was answered {_status} {_answer}";
        yield return Exactly(1, received.Notes.Where(note => note.Body == "상담제한"), "note 상담제한");
        yield return Exactly(1, received.Notes, "note");
        yield return Exactly(0, received.Board, "board post");
        yield return Exactly(0, received.Blocks, "mutual block");
        yield return Exactly(0, received.Sms, "SMS");
    }
}

/// <summary>The agent could not judge; the manager decided against a penalty request. The block the customer agreed to stands.</summary>
internal sealed class ManagerSaysNo() : TourStory(5)
{
    public override string Name => "manager says no → 관리자 컨펌 후 페널티 미작성";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        CaseId = (await stage.Desk.File(Complaint with { Violation = "기타", Unclear = "true", Block = "agreed" }, ct)).Id;
        await stage.Until(
            this,
            CaseId,
            view => view.State() == "AwaitingDecision" && view.Facet("block") == "Confirmed"
                && view.Timeline().Any(line => line.StartsWith("관리자에게 알림", StringComparison.Ordinal)),
            ct);
        using var decided = await stage.Desk.Decide(CaseId, "do-not-file", "고객 체감의 차이로 판단", ct);
        decided.EnsureSuccessStatusCode();
        await stage.Until(this, CaseId, view => view.State() == "Closed", ct);
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return Exactly(0, received.Board, "board post");
        yield return Exactly(1, received.Blocks, "mutual block");
        yield return Exactly(0, received.Sms, "SMS");
        yield return Exactly(1, received.NoteLines.Where(line => line == "관리자 컨펌 후 페널티 미작성"), "note 관리자 컨펌 후 페널티 미작성");
        yield return Exactly(1, received.Notices.Where(post => post.Text.Contains("페널티 요청 여부", StringComparison.Ordinal)), "notice in the managers' group");
    }
}

/// <summary>No feedback was promised: the report is recorded, the post written, and nothing is sent.</summary>
internal sealed class NoPromise() : TourStory(6)
{
    public override string Name => "no feedback promise → closed without an SMS";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        CaseId = (await stage.Desk.File(Complaint with { Violation = "음주의심", Block = "declined", FeedbackStage = "1" }, ct)).Id;
        await stage.Until(this, CaseId, view => view.State() == "Closed", ct);
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return Exactly(1, received.Posts.Where(post => post.Text.Contains("[긴급]", StringComparison.Ordinal)), "urgent board post");
        yield return Exactly(1, received.Notices.Where(post => post.Text.Contains("[긴급]", StringComparison.Ordinal)), "urgent notice");
        yield return Exactly(0, received.Sms, "SMS");
        yield return NoteOnce(received, "피드백 요청 1차 안내 완료");
    }
}

internal static class CaseViews
{
    public static string State(this JsonElement view) => view.GetProperty("state").GetString()!;

    public static string Facet(this JsonElement view, string name) => view.GetProperty("facets").GetProperty(name).GetString()!;

    public static IEnumerable<string> Timeline(this JsonElement view) =>
        view.GetProperty("timeline").EnumerateArray().Select(entry => entry.GetProperty("what").GetString()!);
}
