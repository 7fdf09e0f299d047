using Microsoft.Azure.Functions.Worker;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Ends a case of which nothing is owed any more.</summary>
public sealed class CloseCase(CaseSteps steps)
{
    [Function(nameof(CloseCase))]
    public Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation) => steps.Record(
        work.CaseId,
        work.Policy,
        // Something may have come in since the recipe looked: then the case stays open, and the recipe looks again.
        current => NothingOwed(current) ? [new CaseClosed()] : [],
        cancellation);

    private static bool NothingOwed(PenaltyCase current) =>
        current is { Life: LifeState.Open, BoardPostOwed: false, NotesOwed.Count: 0, CommentsOwed.Count: 0, Promise: not PromiseState.Promised }
        && (current.Block is not BlockState.Pending || current.Handover is HandoverState.Settled);
}
