using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>What activities share: record what was done and give back the case as it then stands.</summary>
public sealed class CaseSteps(CaseStore cases, Snapshots snapshots)
{
    /// <summary>Name of the program in the activity log.</summary>
    public const string System = "system";

    public Task<PenaltyCase> Read(string caseId, CancellationToken cancellation) => cases.Read(caseId, cancellation);

    public CaseSnapshot Snapshot(PenaltyCase current, CasePolicy policy) => snapshots.Of(current, policy);

    /// <summary>
    /// Records events of the program. A refusal means that somebody changed the case meanwhile or that the step ran twice: the case as it
    /// stands is the answer, and the recipe looks again.
    /// </summary>
    public async Task<CaseSnapshot> Record(
        string caseId, CasePolicy policy, Func<PenaltyCase, IEnumerable<CaseEvent>> happened, CancellationToken cancellation)
    {
        var change = await cases.Change(caseId, System, happened, cancellation);
        return snapshots.Of(change.Case ?? throw new InvalidOperationException($"Case {caseId} is not stored."), policy);
    }
}
