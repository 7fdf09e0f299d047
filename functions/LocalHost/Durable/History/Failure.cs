using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace LocalHost.Durable.History;

/// <summary>An exception as history keeps it.</summary>
internal sealed record Failure(string ErrorType, string ErrorMessage)
{
    public string? StackTrace { get; init; }

    public Failure? Inner { get; init; }

    /// <summary>Trying again can not help (there is no such function), whatever the retry policy says.</summary>
    public bool IsNonRetriable { get; init; }

    [JsonIgnore]
    public int Length => ErrorMessage.Length + (StackTrace?.Length ?? 0) + (Inner?.Length ?? 0);

    public static Failure From(Exception exception) => From(TaskFailureDetails.FromException(exception));

    public static Failure From(TaskFailureDetails details) => new(details.ErrorType, details.ErrorMessage)
    {
        StackTrace = details.StackTrace,
        Inner = details.InnerFailure is { } inner ? From(inner) : null,
    };

    public static Failure NoSuchOrchestrator(string name) =>
        new("OrchestratorTaskNotFound", $"No orchestrator task named '{name}' was found.") { IsNonRetriable = true };

    public static Failure NoSuchActivity(string name) =>
        new("ActivityTaskNotFound", $"No activity task named '{name}' was found.") { IsNonRetriable = true };

    public TaskFailureDetails ToDetails() => new(ErrorType, ErrorMessage, StackTrace, Inner?.ToDetails(), null);

    public override string ToString() => $"{ErrorType}: {ErrorMessage}";
}
