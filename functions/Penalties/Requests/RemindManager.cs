namespace Penalties.Requests;

/// <summary>Reminds a person who is waited for, or tells the next level; the note and the notice say of what.</summary>
public sealed partial class RemindManager(
    CaseSteps steps, CaseMetrics metrics, [FromKeyedServices(Clocks.Business)] TimeProvider clock, ILogger<RemindManager> log)
{
    [Function(nameof(RemindManager))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation) => await steps.Record(
        nameof(RemindManager),
        work.CaseId,
        current => steps.StillWants(current, StepKind.RemindManager)
            && steps.Of(current) is { Remind: { } reminder } snapshot && reminder.At <= clock.GetUtcNow()
            ? [Reminded(current, snapshot, reminder.Kind)]
            : [],
        cancellation);

    private ManagerReminded Reminded(PenaltyCase current, CaseSnapshot snapshot, ReminderKind kind)
    {
        LogReminded(log, current.Id, kind, current.State);
        metrics.Reminded(kind);
        return new(
            kind,
            kind is ReminderKind.Waiting ? current.Reminders + 1 : 1,
            kind is ReminderKind.AnswerOverdue ? FollowUpPolicy.ToldDate(snapshot.Due!.Value, current.AskedWhenAt) : null);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: a person is reminded ({Kind}), the case is {State}")]
    private static partial void LogReminded(ILogger log, string caseId, ReminderKind kind, CaseState state);
}
