namespace Microsoft.DurableTask.Client;

/// <summary>How an instance is terminated; its output becomes <paramref name="Output"/> as JSON. Sub-orchestrations run on.</summary>
public record TerminateInstanceOptions(object? Output = null, bool Recursive = false);
