namespace Penalties.Requests;

/// <summary>What every step of a case gets: which case, the time rules it began with, and which of its runs asks. Kept in history; append-only.</summary>
public sealed record CaseWork(string CaseId, CasePolicy Policy, int Run = 1);

/// <param name="Reason">Why a manager has to look.</param>
public sealed record HandoverWork(string CaseId, HandoverReason Reason);

/// <param name="Step">The step that did not work.</param>
public sealed record FailedStep(string CaseId, StepKind Step);
