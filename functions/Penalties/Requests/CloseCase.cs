using Penalties.Privacy;

namespace Penalties.Requests;

/// <summary>Ends a case of which nothing is owed any more. Where something came in since the recipe looked, it stays open.</summary>
public sealed class CloseCase(CaseSteps steps, PurgePlan plan)
{
    [Function(nameof(CloseCase))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        // Planned first: a closed case whose data nobody would ever purge is worse than a plan for a case that stays open.
        await plan.Contacts(work.CaseId, cancellation);
        return await steps.Record(
            nameof(CloseCase),
            work.CaseId,
            current => current.Run == work.Run && steps.StillWants(current, StepKind.CloseCase) ? [new CaseClosed()] : [],
            cancellation);
    }
}
