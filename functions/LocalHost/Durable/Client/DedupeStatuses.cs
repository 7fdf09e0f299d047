using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Client;

internal static class DedupeStatuses
{
    /// <summary>Null: the caller left it to the host.</summary>
    /// <exception cref="ArgumentException">A name is not that of a status.</exception>
    public static IReadOnlySet<OrchestrationRuntimeStatus>? Parse(IReadOnlyList<string>? names) => names is null
        ? null
        : names.Select(Status).ToHashSet();

    private static OrchestrationRuntimeStatus Status(string name) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(name, ignoreCase: true, out var status) && Enum.IsDefined(status)
            ? status
            : throw new ArgumentException(
                $"Invalid dedupe status '{name}'; allowed: {string.Join(", ", StartOrchestrationOptionsExtensions.ValidDedupeStatuses)}.");
}
