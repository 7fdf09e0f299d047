using Penalties.Outside;

namespace Penalties.Requests;

/// <summary>Asks the driver admin what became of the driver. It records what a named person concluded, or that nobody has.</summary>
public sealed class CheckDriverOutcome(CaseSteps steps, DriverAdmin admin, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    [Function(nameof(CheckDriverOutcome))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var found = await admin.OutcomeOf(work.CaseId, clock.GetUtcNow(), cancellation);
        return await steps.Record(nameof(CheckDriverOutcome), work.CaseId, current => WhatItTells(current, found), cancellation);
    }

    /// <summary>Also that nothing is new has to be known: otherwise it would be asked for again at once.</summary>
    private static IEnumerable<CaseEvent> WhatItTells(PenaltyCase known, OutcomeConcluded? found) =>
        found is not null && DriverOutcomes.WhatIsNew(known, found).ToList() is { Count: > 0 } news ? news
        : known.Outcome is OutcomeState.Unknown ? [new OutcomePending()]
        : [new OutcomeChecked()];
}
