namespace Microsoft.DurableTask.Client;

/// <summary>Which instances to purge. Without statuses running ones are purged too.</summary>
public record PurgeInstancesFilter(
    DateTimeOffset? CreatedFrom = null,
    DateTimeOffset? CreatedTo = null,
    IEnumerable<OrchestrationRuntimeStatus>? Statuses = null);

public record PurgeInstanceOptions(bool Recursive = false);

public class PurgeResult(int purgedInstanceCount, bool? isComplete)
{
    public PurgeResult(int purgedInstanceCount)
        : this(purgedInstanceCount, null)
    {
    }

    public int PurgedInstanceCount { get; } = purgedInstanceCount;

    public bool? IsComplete { get; } = isComplete;
}
