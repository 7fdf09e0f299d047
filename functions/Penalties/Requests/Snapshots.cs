using Penalties.Content;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Adds to a case what only data can tell: its due date (holidays) and what its outcome proves (outcome → claims).</summary>
public sealed class Snapshots(ProductContent content)
{
    public CaseSnapshot Of(PenaltyCase current) =>
        new(current, Due(current), current.OutcomeKind is { } kind ? content.ProofOf(kind) : null);

    public DateTimeOffset? Due(PenaltyCase current) => current.PromisedAt is { } promisedAt
        ? FollowUpPolicy.Due(promisedAt, current.Id, current.Policy, content.Holidays)
        : null;
}
