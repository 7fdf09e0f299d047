using Microsoft.Extensions.Options;
using Penalties.Content;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Adds to a case what only data can tell: its due date (holidays) and what its outcome proves (outcome → claims).</summary>
public sealed class Snapshots(ProductContent content, IOptions<FollowUpOptions> followUp)
{
    /// <summary>The rules a case starts with today; they then travel in its orchestration's input.</summary>
    public CasePolicy Policy => followUp.Value.ToPolicy();

    public CaseSnapshot Of(PenaltyCase current, CasePolicy policy) => new(
        current,
        Due(current, policy),
        current.OutcomeKind is { } kind ? content.ProofOf(kind) : null);

    public DateTimeOffset? Due(PenaltyCase current) => Due(current, Policy);

    private DateTimeOffset? Due(PenaltyCase current, CasePolicy policy) => current.PromisedAt is { } promisedAt
        ? FollowUpPolicy.Due(promisedAt, current.Id, policy, content.Holidays)
        : null;
}
