namespace Microsoft.DurableTask;

/// <summary>An activity or sub-orchestration failed. <see cref="TaskId"/> is the history id of the last attempt.</summary>
public sealed class TaskFailedException : Exception
{
    public TaskFailedException(string taskName, int taskId, TaskFailureDetails failureDetails, Exception? innerException = null)
        : base(MessageOf(taskName, taskId, failureDetails), innerException)
    {
        TaskName = taskName;
        TaskId = taskId;
        FailureDetails = failureDetails;
    }

    public string TaskName { get; }

    public int TaskId { get; }

    /// <summary>What failed. Null when a sub-orchestration ended without details (it was terminated).</summary>
    public TaskFailureDetails FailureDetails { get; }

    private static string MessageOf(string taskName, int taskId, TaskFailureDetails? details) => details is null
        ? $"Task '{taskName}' (#{taskId}) failed with an unhandled exception."
        : $"Task '{taskName}' (#{taskId}) failed with an unhandled exception: {details.ErrorMessage}";
}
