using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Replay;

/// <summary>What one turn came to.</summary>
internal sealed record TurnOutcome(OrchestrationRuntimeStatus Status, List<HistoryEvent> Events)
{
    public string? Output { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>Of a code that let the failure of a call through: the call's number; of several calls, where it threw all.</summary>
    public IReadOnlyList<int> FailedCalls { get; init; } = [];

    public string? CustomStatus { get; init; }

    /// <summary>The code did not run (termination), so the stored custom status stays.</summary>
    public bool KeepsCustomStatus { get; init; }

    /// <summary>The turn did not set the custom status: it is as the turn before had it.</summary>
    public bool IsCustomStatusOld { get; init; }

    /// <summary>Set when the instance goes on as a new run; then <see cref="Carried"/> has the events it takes along.</summary>
    public ContinueAsNewRequest? Continuation { get; init; }

    public IReadOnlyList<EventRaised> Carried { get; init; } = [];
}
