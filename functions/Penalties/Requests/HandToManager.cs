namespace Penalties.Requests;

/// <summary>Asks a manager where the program cannot say anything true, or where a person has to look; note, board comment and notice tell why.</summary>
public sealed class HandToManager(CaseSteps steps)
{
    [Function(nameof(HandToManager))]
    public Task<CaseSnapshot> Run([ActivityTrigger] HandoverWork work, CancellationToken cancellation) => steps.Record(
        nameof(HandToManager),
        work.CaseId,
        current => steps.StillWants(current, StepKind.HandToManager, work.Reason) ? [new HandedToManager(work.Reason)] : [],
        cancellation);
}
