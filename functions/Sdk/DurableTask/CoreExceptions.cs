using Microsoft.DurableTask;

namespace DurableTask.Core.Exceptions;

/// <summary>An instance with this id exists in a state that the start options do not allow to replace.</summary>
public class OrchestrationAlreadyExistsException(string message) : Exception(message);

/// <summary>The orchestrator's code does not do what its history says it did.</summary>
public class NonDeterministicOrchestrationException(int eventId, string message) : Exception($"Non-Deterministic workflow detected: {message}")
{
    public int EventId { get; } = eventId;
}

/// <summary>The inner exception of <see cref="Microsoft.DurableTask.TaskFailedException"/> where an activity failed.</summary>
public class TaskFailedException(TaskFailureDetails failure) : Exception(failure.ErrorMessage);
