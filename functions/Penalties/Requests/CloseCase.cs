using Microsoft.Azure.Functions.Worker;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Ends a case of which nothing is owed any more. Where something came in since the recipe looked, it stays open.</summary>
public sealed class CloseCase(CaseSteps steps)
{
    [Function(nameof(CloseCase))]
    public Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation) => steps.Record(
        work.CaseId,
        current => current.Run == work.Run && steps.StillWants(current, StepKind.CloseCase) ? [new CaseClosed()] : [],
        cancellation);
}
