using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>What every step of a case gets: which case, and the time rules it began with. Kept in history; append-only.</summary>
public sealed record CaseWork(string CaseId, CasePolicy Policy);

/// <param name="Reason">Why a manager has to answer.</param>
public sealed record HandoverWork(string CaseId, CasePolicy Policy, HandoverReason Reason);
