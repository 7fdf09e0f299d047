using System.Security.Cryptography;
using System.Text;

namespace FunctionsHosting.Durable;

/// <summary>Runs one durable function in the worker.</summary>
/// <param name="function">Name of an orchestrator, activity or entity.</param>
/// <param name="input">What the extension hands over; null for none.</param>
/// <param name="instanceId">The orchestration an activity works for; null for orchestrators and entities.</param>
/// <returns>For an activity its result; else the worker's answer in base64.</returns>
internal delegate Task<object?> DurableInvoker(string function, string? input, string? instanceId);

/// <summary>What a durable host is made of: its host's options, the settings in colon form, and what the app has.</summary>
internal sealed record DurableHostOptions : FunctionsHostOptions
{
    public DurableHostOptions(FunctionsHostOptions host)
        : base(host)
    {
        // A host that comes back to its data folder goes on at once with the partitions it had; only one host at a time is in a folder.
        if (host.DataFolder is { } folder)
        {
            WorkerId = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{Environment.MachineName} {Path.GetFullPath(folder)}")))[..32];
        }
    }

    public required IReadOnlyList<FunctionDefinition> Functions { get; init; }

    public required DurableInvoker Invoke { get; init; }

    /// <summary>host.json's section <c>extensions</c> in colon form, settings above it already applied.</summary>
    public required IReadOnlyDictionary<string, string?> Extensions { get; init; }

    /// <summary>Where the management routes are, with the system key.</summary>
    public required Uri Webhook { get; init; }

    /// <summary>This host among those that share the hub: no two living hosts may have the same.</summary>
    public string WorkerId { get; init; } = Guid.NewGuid().ToString("N");
}
