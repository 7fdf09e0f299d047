using Microsoft.Azure.Functions.Worker;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Asks a manager to answer where the program cannot say anything true; the note and the board comment tell why.</summary>
public sealed class HandToManager(CaseSteps steps)
{
    [Function(nameof(HandToManager))]
    public Task<CaseSnapshot> Run([ActivityTrigger] HandoverWork work, CancellationToken cancellation) => steps.Record(
        work.CaseId, work.Policy, current => current.Handover is HandoverState.WithManager ? [] : [new HandedToManager(work.Reason)], cancellation);
}
