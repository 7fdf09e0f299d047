namespace Penalties.Requests;

/// <summary>What activities share: record what was done and give back the case as it then stands.</summary>
public sealed class CaseSteps(CaseStore cases, Snapshots snapshots, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public CaseSnapshot Of(PenaltyCase current) => snapshots.Of(current);

    public async Task<CaseSnapshot> Read(string caseId, CancellationToken cancellation) => snapshots.Of(await cases.Read(caseId, cancellation));

    /// <summary>
    /// Records events of the program. A refusal means that somebody changed the case meanwhile or that the step ran twice: the case as it
    /// stands is the answer, and the recipe looks again.
    /// </summary>
    /// <param name="step">Name of the function that records.</param>
    public async Task<CaseSnapshot> Record(
        string step, string caseId, Func<PenaltyCase, IEnumerable<CaseEvent>> happened, CancellationToken cancellation)
    {
        var change = await cases.Change(caseId, new(Actor.System, step), happened, cancellation);
        return snapshots.Of(change.Case ?? throw new InvalidOperationException($"Case {caseId} is not stored."));
    }

    /// <summary>
    /// Whether the case, as it stands when it is written, still wants this step: the recipe's look may be old, and a step may run twice.
    /// </summary>
    public bool StillWants(PenaltyCase current, StepKind step, HandoverReason? reason = null) =>
        NextStep.Wants(step, reason, snapshots.Of(current), clock.GetUtcNow(), current.Policy);
}
