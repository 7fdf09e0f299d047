using FunctionsHosting.Clock;
using FunctionsHosting.Worker;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

/// <summary>Runs one durable function in the worker.</summary>
/// <param name="function">Name of an orchestrator, activity or entity.</param>
/// <param name="input">What the extension hands over; null for none.</param>
/// <param name="instanceId">The orchestration an activity works for; null for orchestrators.</param>
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

    /// <summary>Another task hub than the official Azure Storage provider's; null: that one.</summary>
    public Func<IServiceProvider, DurabilityProvider>? TaskHub { get; init; }

    public Action<ILoggingBuilder>? Logging { get; init; }
}

/// <summary>The official durable engine: a WebJobs host with the Durable Task extension, whose functions run in the worker.</summary>
internal sealed class DurableHost : IAsyncDisposable
{
    /// <summary>What the extension writes for a <c>durableClient</c> binding.</summary>
    public string ClientJson => throw new NotImplementedException();

    /// <summary>A client of the extension's own gRPC endpoint.</summary>
    public DurableTaskClient Client => throw new NotImplementedException();

#pragma warning disable CS0618
    public Microsoft.Azure.WebJobs.Host.IDistributedLockManager Locks => throw new NotImplementedException();
#pragma warning restore CS0618

    /// <exception cref="HostStartException">An option is refused, or the storage is away.</exception>
    public static Task<DurableHost> StartAsync(DurableHostOptions options, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>The extension's management API.</summary>
    public Task<HttpResponseMessage> Manage(HttpRequestMessage request, CancellationToken cancellation) => throw new NotImplementedException();

    /// <summary>Finishes turns and activities at work; bounded, also when the storage is gone.</summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();
}
