namespace LocalHost.Tour;

/// <summary>The driver appeals before the answer is due: the text waits until a named manager has decided.</summary>
internal sealed class DriverAppeals() : TourStory(7)
{
    private DateTimeOffset _decided;

    public override string Name => "driver appeals → the SMS waits until a manager has decided";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        CaseId = (await stage.Desk.File(Complaint with { Block = "agreed", FeedbackStage = "3" }, ct)).Id;
        await stage.Desk.Conclude(CaseId, "warning", "lead-3", stage.Now, push: true, ct);
        await Appeal(stage, "filed", ct);
        await stage.Until(this, CaseId, view => view.Timeline().Any(what => what.Contains("이의신청 접수", StringComparison.Ordinal)), ct);
        await stage.Wait(TimeSpan.FromHours(86), ct);
        stage.Tell(this, "past D+3 the SMS still waits; manager-2 rejects the appeal");
        _decided = stage.Now;
        await Appeal(stage, "rejected", ct);
        await stage.Until(this, CaseId, view => view.State() == "Closed", ct);
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return Exactly(1, received.Sms, "SMS");
        yield return received.Sms.All(sms => sms.SentAt >= _decided) ? null : "untrue: the SMS was sent while the appeal was open";
        yield return NoteOnce(received, "이의신청 접수");
        yield return NoteOnce(received, "이의신청 처리 완료");
    }

    private async Task Appeal(TourStage stage, string appeal, CancellationToken ct)
    {
        using var answer = await stage.Desk.Post($"api/penalty-requests/{CaseId}/appeal", new { appeal, reason = "블랙박스 확인" }, Person.Manager, ct);
        answer.EnsureSuccessStatusCode();
    }
}

/// <summary>The customer wants a supervisor, and to be phoned on another number: refused without consent, then taken with it.</summary>
internal sealed class CallbackWithConsent() : TourStory(8)
{
    private const string OtherNumber = "010-7000-8000";

    private int _refused;
    private string _missing = "";
    private string? _phone;
    private string? _ended;

    public override string Name => "supervisor asked for, another number → only with its consent";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        CaseId = (await stage.Desk.File(Complaint with { Violation = "콜취소/Noshow", CompensationStage = "1" }, ct)).Id;
        var path = $"api/penalty-requests/{CaseId}/callbacks";
        using (var refused = await stage.Desk.Post(path, new { cause = "compensation", consent = new { number = OtherNumber } }, Person.Agent, ct))
        {
            _refused = (int)refused.StatusCode;
            var problems = JsonDocument.Parse(await refused.Content.ReadAsStringAsync(ct)).RootElement.GetProperty("problems");
            _missing = string.Join(", ", problems.EnumerateArray().Select(one => one.GetString()));
            stage.Tell(this, $"without consent: {_refused}, missing {_missing}");
        }

        var consent = new
        {
            number = OtherNumber,
            readBack = true,
            purpose = "관리자 연락",
            items = "전화번호",
            retention = "처리 후 30일",
            rightToRefuseTold = true,
            toldAt = stage.Now,
            agreedAt = stage.Now,
            method = "phone",
            scriptVersion = "callback-number@1",
        };
        using var asked = await stage.Desk.Post(path, new { cause = "compensation", consent }, Person.Agent, ct);
        asked.EnsureSuccessStatusCode();
        var callback = asked.Headers.Location!.ToString().TrimStart('/');
        await stage.Until(this, CaseId, view => view.State() == "Closed", ct);
        _phone = (await stage.Desk.Read(callback, Person.Manager, ct)).GetProperty("phone").GetString();
        using var done = await stage.Desk.Post($"{callback}/result", new { result = "done", reason = "통화 완료" }, Person.Manager, ct);
        done.EnsureSuccessStatusCode();
        _ended = (await stage.Desk.Read(callback, Person.Manager, ct)).GetProperty("state").GetString();
        while ((await stage.Desk.World.Received(ct)).Notes
            .All(note => $"{note.Ticket}" != Ticket || !note.Body.Contains("관리자 연락 완료", StringComparison.Ordinal)))
        {
            await stage.Wait(TimeSpan.FromMinutes(20), ct);
        }
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return _refused == 400 ? null : $"untrue: another number without consent was answered {_refused}";
        yield return _missing.Contains("rightToRefuseTold", StringComparison.Ordinal) ? null : $"missing: what the consent lacks ({_missing})";
        yield return _phone == "01070008000" ? null : $"untrue: the supervisor phones {_phone}";
        yield return _ended == "Done" ? null : $"missing: the callback is {_ended}";
        yield return Exactly(0, received.Board, "board post");
        yield return NoteOnce(received, "(안내: compensation-1@1)");
        yield return NoteOnce(received, "관리자 연락 예정");
        yield return NoteOnce(received, "관리자 연락 완료");
    }
}

/// <summary>The customer takes the complaint back: nothing is sent, the board hears of it.</summary>
internal sealed class CustomerWithdraws() : TourStory(9)
{
    public override string Name => "customer withdraws → no SMS, the board hears of it";

    public override async Task Run(TourStage stage, CancellationToken ct)
    {
        var filed = stage.Now;
        CaseId = (await stage.Desk.File(Complaint with { Block = "declined", FeedbackStage = "3" }, ct)).Id;
        await stage.Desk.Conclude(CaseId, "warning", "lead-3", stage.Now, push: false, ct);
        await stage.Until(this, CaseId, view => view.Facet("board") == "Posted", ct);
        await stage.Wait(TimeSpan.FromHours(20), ct);
        using var answer = await stage.Desk.Post($"api/penalty-requests/{CaseId}/withdrawal", new { reason = "고객 착오" }, Person.Agent, ct);
        answer.EnsureSuccessStatusCode();
        await stage.Until(this, CaseId, view => view.State() == "Closed", ct);

        // Until past the moment at which the answer would have been sent.
        await stage.Wait(BlockAgreedAndWarning.Due(filed).AddHours(2) - stage.Now, ct);
    }

    protected override IEnumerable<string?> Check(ReceivedByCase received)
    {
        yield return Exactly(1, received.Posts, "board post");
        yield return Exactly(1, received.Comments.Where(comment => comment.Text.Contains("철회", StringComparison.Ordinal)), "comment on the withdrawal");
        yield return Exactly(0, received.Sms, "SMS");
        yield return NoteOnce(received, "고객 철회");
    }
}
