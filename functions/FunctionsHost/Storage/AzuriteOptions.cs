namespace FunctionsHosting.Storage;

/// <summary>Where an Azurite of our own lives.</summary>
public sealed record AzuriteOptions
{
    /// <summary>Its data, its log and the record by which it is found again.</summary>
    public required string Folder { get; init; }

    /// <summary>Keep nothing on disk; for tests and benchmarks.</summary>
    public bool InMemory { get; init; }

    /// <summary>Ports of blob, queue and table; null: free ones.</summary>
    public IReadOnlyList<int>? Ports { get; init; }
}
