using Microsoft.Azure.Functions.Worker;
using Penalties.Outside;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Asks the driver admin what became of the driver. It records what a named person concluded, or that nobody has.</summary>
public sealed class CheckDriverOutcome(CaseSteps steps, DriverAdmin admin)
{
    [Function(nameof(CheckDriverOutcome))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        CaseEvent found = await admin.OutcomeOf(work.CaseId, cancellation) is { } concluded ? concluded : new OutcomePending();
        return await steps.Record(
            nameof(CheckDriverOutcome), work.CaseId, current => current.Outcome is OutcomeState.Unknown ? [found] : [], cancellation);
    }
}
