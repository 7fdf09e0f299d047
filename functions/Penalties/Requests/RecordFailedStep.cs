namespace Penalties.Requests;

/// <summary>Writes to the case that a step did not work, so that people see what it waits for and the other steps go on.</summary>
public sealed partial class RecordFailedStep(CaseSteps steps, ILogger<RecordFailedStep> log)
{
    [Function(nameof(RecordFailedStep))]
    public Task<CaseSnapshot> Run([ActivityTrigger] FailedStep failed, CancellationToken cancellation)
    {
        LogFailed(log, failed.CaseId, failed.Step);
        return steps.Record(
            nameof(RecordFailedStep), failed.CaseId, current => current.Life is LifeState.Open ? [new StepFailed(failed.Step)] : [], cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: {Step} did not work and is tried again later")]
    private static partial void LogFailed(ILogger log, string caseId, StepKind step);
}
