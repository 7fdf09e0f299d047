namespace Microsoft.DurableTask;

/// <summary>What a retry handler gets to see; attempts count from 1, the time runs from the first schedule.</summary>
public record RetryContext(
    TaskOrchestrationContext OrchestrationContext,
    int LastAttemptNumber,
    TaskFailureDetails LastFailure,
    TimeSpan TotalRetryTime,
    CancellationToken CancellationToken);
