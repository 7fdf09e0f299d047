using FunctionsHosting.Clock;
using FunctionsHosting.Worker;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

/// <summary>Runs one durable function in the worker.</summary>
/// <param name="function">Name of an orchestrator, activity or entity.</param>
/// <param name="input">What the extension hands over; null for none.</param>
/// <param name="instanceId">The orchestration an activity works for; null for orchestrators and entities.</param>
/// <returns>For an activity its result, see <see cref="ActivityResult"/>; else the worker's answer in base64.</returns>
internal delegate Task<object?> DurableInvoker(string function, string? input, string? instanceId);

/// <summary>What a durable host is made of.</summary>
internal sealed record DurableHostOptions
{
    public required IReadOnlyList<FunctionDefinition> Functions { get; init; }

    public required DurableInvoker Invoke { get; init; }

    /// <summary>The app's settings in colon form.</summary>
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    /// <summary>host.json's section <c>extensions</c> in colon form, settings above it already applied.</summary>
    public required IReadOnlyDictionary<string, string?> Extensions { get; init; }

    /// <summary>Where the management routes are, with the system key.</summary>
    public required Uri Webhook { get; init; }

    public required BusinessClock Clock { get; init; }

    public required WorkTracker Work { get; init; }

    /// <summary>Tells which business time it was in earlier runs on this hub; null: the clock is taken to have run on from wherever it is.</summary>
    public ClockFile? ClockFile { get; init; }

    /// <summary>
    /// This host among those that share the hub. One that is started again under its old name goes on at once with the partitions it had,
    /// so no two living hosts may have the same. Null: a new name.
    /// </summary>
    public string? WorkerId { get; init; }

    /// <summary>How long a stop waits for turns and activities at work. Real time.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Another task hub than the official Azure Storage provider's; null: that one.</summary>
    public Func<IServiceProvider, DurabilityProvider>? TaskHub { get; init; }

    public Action<ILoggingBuilder>? Logging { get; init; }
}
