namespace Penalties.Requests;

/// <summary>What a told outcome means for a case, whoever tells it.</summary>
internal static class DriverOutcomes
{
    /// <summary>
    /// The first outcome concludes; a later one corrects; one that is older than what is known tells nothing, whatever order they arrive in.
    /// </summary>
    public static IEnumerable<CaseEvent> WhatIsNew(PenaltyCase known, OutcomeConcluded told) => known switch
    {
        { Outcome: OutcomeState.Unknown } => [told],
        _ when known.IsNewer(told.Kind, told.ConcludedAt) => [new OutcomeCorrected(told.Kind, told.DecidedBy, told.ConcludedAt)],
        _ => [],
    };

    public static IEnumerable<string> Problems(string? kind, string? decidedBy, DateTimeOffset? concludedAt, DateTimeOffset now) =>
        RequestForm.OneOf("kind", kind, OutcomeTerms.Names).Concat(OutcomeTerms.Problems(decidedBy, concludedAt, now));
}
