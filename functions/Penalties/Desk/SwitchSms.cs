namespace Penalties.Desk;

/// <summary>
/// <c>GET</c> and <c>PUT /api/sms</c> {"paused","reason"?}: the switch that pauses all sending. It holds from the next send order on; when it
/// is opened again, every case that waits for it is knocked at. 400.
/// </summary>
public sealed partial class SwitchSms(
    SmsSwitch pause, CaseIndex index, CaseStore cases, CaseStarter starter, [FromKeyedServices(Clocks.Business)] TimeProvider clock, ILogger<SwitchSms> log)
{
    [Function(nameof(GetSmsSwitch))]
    [Allowed(Role.Agent | Role.Manager | Role.Operator | Role.Auditor)]
    [Api("Whether messages are sent", Answer = typeof(SmsSwitchView))]
    public async Task<IActionResult> GetSmsSwitch(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "sms")] HttpRequest request, CancellationToken cancellation) =>
        new OkObjectResult(SmsSwitchView.Of(await pause.Find(cancellation)));

    [Function(nameof(SwitchSms))]
    [Allowed(Role.Manager | Role.Operator)]
    [Api("Pauses all sending, or lets it go on", Body = typeof(SmsSwitchForm), Answer = typeof(SmsSwitchView))]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "put", Route = "sms")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var (form, bad) = await RequestForm.Read<SmsSwitchForm>(request, cancellation);
        if (form is null)
        {
            return bad!;
        }

        var by = request.Caller().Person;
        if (form.Paused == true)
        {
            await pause.Pause(by, form.Reason!, cancellation);
        }
        else
        {
            await pause.Resume(cancellation);
            await KnockAtWaiting(durable, cancellation);
        }

        LogSwitched(log, form.Paused == true ? "paused" : "resumed", by);
        return new OkObjectResult(SmsSwitchView.Of(await pause.Find(cancellation)));
    }

    private async Task KnockAtWaiting(DurableTaskClient durable, CancellationToken cancellation)
    {
        var isThere = true;
        await foreach (var open in index.Open(after: null, cancellation))
        {
            // One that is not due yet finds the switch open when it is.
            if (open.State == nameof(CaseState.AnswerPromised) && open.Due <= clock.GetUtcNow() && await cases.Find(open.CaseId, cancellation) is { AnswerWanted: true } current)
            {
                // A task hub that is away is not waited for once more with every case.
                isThere = isThere ? await starter.Knock(durable, current) : await starter.Later(current.Id);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "All sending of messages was {State} by {Person}")]
    private static partial void LogSwitched(ILogger log, string state, string person);
}

/// <param name="Reason">Required to pause; shown to everybody, so it names nobody.</param>
public sealed record SmsSwitchForm(bool? Paused, string? Reason = null) : IForm
{
    public static SmsSwitchForm Example => new(Paused: true, "발신번호 변경 중");

    IEnumerable<string> IForm.Problems() =>
    [
        .. Paused is null ? new[] { "paused: true or false is required." } : [],
        .. Paused == true ? RequestForm.KeptReason(Reason) : [],
    ];
}

/// <param name="Since">KST.</param>
public sealed record SmsSwitchView(bool Paused, string? By, DateTimeOffset? Since, string? Reason)
{
    public static SmsSwitchView Example => new(Paused: false, null, null, null);

    internal static SmsSwitchView Of(SmsPause? pause) => new(pause is not null, pause?.By, pause?.Since, pause?.Reason);
}
