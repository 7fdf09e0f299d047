using LocalHost.Durable.History;
using Microsoft.DurableTask;

namespace LocalHost.Durable.Replay;

/// <summary>Which instances this app's code may run, by the version they were stamped with; the texts are Durable Task's.</summary>
internal sealed class VersionCheck(DurableEngineOptions options)
{
    /// <summary>True: it is left as it is, for a host whose version fits.</summary>
    public bool Rejects(string? version) =>
        options.VersionFailureStrategy == VersionFailureStrategy.Reject && Mismatch(version) is not null;

    /// <summary>Why the code may not run it; null when it may.</summary>
    public Failure? Mismatch(string? version) => options.VersionMatchStrategy switch
    {
        VersionMatchStrategy.None => null,
        VersionMatchStrategy.Strict => Order(version) == 0 ? null : Failed($"'{version}' does not match"),
        VersionMatchStrategy.CurrentOrOlder => Order(version) <= 0 ? null : Failed($"'{version}' is greater than"),
    };

    /// <summary>Every turn asks, and nearly all are of the app's own version: that costs no parsing.</summary>
    private int Order(string? version) => version == options.DefaultVersion ? 0 : OrchestrationVersion.Compare(version, options.DefaultVersion);

    private Failure Failed(string difference) =>
        new("VersionMismatch", $"The orchestration version {difference} the worker version '{options.DefaultVersion}'.") { IsNonRetriable = true };
}
