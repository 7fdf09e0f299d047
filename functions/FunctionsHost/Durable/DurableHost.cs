using Grpc.Core;
using Grpc.Core.Interceptors;
using Grpc.Net.Client;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Azure.WebJobs.Host.Config;
using Microsoft.Azure.WebJobs.Host.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Client.Grpc;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FunctionsHosting.Durable;

#pragma warning disable CS0618 // The lock manager is "not ready for public consumption": it is the one that the Functions host and its extensions use.

/// <summary>The official durable engine: a WebJobs host with the Durable Task extension, whose functions run in the worker.</summary>
internal sealed partial class DurableHost : IAsyncDisposable
{
    private static readonly TimeSpan StorageLimit = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(10);

    private readonly DurableHostOptions _options;
    private readonly GeneratedFunctions _functions;
    private readonly HostLife _life = new();
    private readonly IHost _host;
    private readonly ILogger _logger;
    private DurableTaskExtension? _extension;
    private BusinessTaskHub? _hub;
    private HubClaim? _claim;
    private GrpcChannel? _channel;
    private DurableTaskClient? _client;
    private bool _started;
    private bool _disposed;

    private DurableHost(DurableHostOptions options)
    {
        _options = options;
        _functions = new(options.Functions, options.Invoke);
        _host = WebJobs.Build(options, _functions, _life);
        _logger = _host.Services.GetRequiredService<ILogger<DurableHost>>();
        Locks = _host.Services.GetRequiredService<IDistributedLockManager>();
    }

    /// <summary>What the extension writes for a <c>durableClient</c> binding.</summary>
    public string ClientJson => _functions.ClientJson ?? "";

    /// <summary>A client of the extension's own gRPC endpoint.</summary>
    public DurableTaskClient Client => _client!;

    /// <summary>Locks over all hosts on the app's storage, as blob leases; without a storage setting, over this one.</summary>
    public IDistributedLockManager Locks { get; }

    /// <exception cref="HostStartException">An option is refused, the storage is away, or another host's clock holds the hub.</exception>
    public static async Task<DurableHost> StartAsync(DurableHostOptions options, CancellationToken cancellation)
    {
        options.Clock.Work ??= options.Work;
        var connection = WebJobs.ConnectionOf(options);
        var host = new DurableHost(options);
        try
        {
            await host.Start(cancellation);
            return host;
        }
        catch (Exception e)
        {
            var storage = host._host.Services.GetRequiredService<IAzureBlobStorageProvider>();
            var known = storage.TryCreateBlobServiceClientFromConnection(connection, out var client);
            await host.DisposeAsync();
            cancellation.ThrowIfCancellationRequested();
            throw StartErrors.Of(e, options.Extensions, connection, known ? client.Uri.GetLeftPart(UriPartial.Path) : "of no known address");
        }
    }

    /// <summary>The extension's management API.</summary>
    public Task<HttpResponseMessage> Manage(HttpRequestMessage request, CancellationToken cancellation) =>
        ((IAsyncConverter<HttpRequestMessage, HttpResponseMessage>)_extension!).ConvertAsync(request, cancellation);

    /// <summary>Finishes turns and activities at work; bounded, also when the storage is gone.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        await Step("drain", _hub?.Drain(_options.DrainLimit), _options.DrainLimit + StopLimit);
        await (_client?.DisposeAsync() ?? default);
        _channel?.Dispose();
        _life.Stopping();
        var stopped = await Step("stop", _started ? _host.StopAsync() : null, StopLimit);
        await Step("close the gRPC endpoint", Task.Run(_life.Stopped), StopLimit);
        await (_claim?.DisposeAsync() ?? default);
        var closed = Step("close", Task.Run(async () => await ((IAsyncDisposable)_host).DisposeAsync()), StopLimit);
        if (stopped)
        {
            await closed; // else it waits for what the stop waits for: nobody else has to
        }
    }

    [LoggerMessage(LogLevel.Warning, "The durable engine did not {Step} within {Limit}; going on without it")]
    private static partial void TooSlow(ILogger logger, string step, TimeSpan limit);
    [LoggerMessage(LogLevel.Warning, "The durable engine did not {Step} cleanly")]
    private static partial void Failed(ILogger logger, Exception error, string step);
    [LoggerMessage(LogLevel.Information, "host.json names the storage provider azureManaged, which runs on Azure only; the Azure Storage provider is used")]
    private static partial void StoodInFor(ILogger logger);

    private async Task Start(CancellationToken cancellation)
    {
        if (WebJobs.IsHostedScheduler(_options))
        {
            StoodInFor(_logger);
        }

        // Made here and not by the host, where a refused option would be one of many failures.
        _extension = _host.Services.GetServices<IExtensionConfigProvider>().OfType<DurableTaskExtension>().Single();
        var provider = _host.Services.GetRequiredService<BusinessProviderFactory>();
        _hub = provider.Hub;
        if (!provider.GetDurabilityProvider().SupportsEntities && _options.Functions.FirstOrDefault(static f => f.Trigger?.Is(BindingTypes.Entity) is true) is { } entity)
        {
            throw new HostStartException($"The function {entity.Name} is an entity, and this task hub has none; use the Azure Storage provider.");
        }

        if (_options.TaskHub is null)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            limit.CancelAfter(StorageLimit);
            var hubName = _host.Services.GetRequiredService<IOptions<DurableTaskOptions>>().Value.HubName;
            _claim = await HubClaim.TakeAsync(Locks, _hub.ConnectionName, hubName, _options.WorkerId, _hub.InRealTime, _logger, limit.Token);
        }

        // On a thread of its own: the registry of extensions keeps them in that thread's slots, and on a thread that lives on the host would never
        // be freed.
        var jobs = await Task.Factory.StartNew(
            () => _host.Services.GetRequiredService<IJobHost>(), cancellation, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await _host.StartAsync(cancellation).WaitAsync(StartLimit, cancellation);
        _started = true;
        await jobs.CallAsync(GeneratedFunctions.ClientFunction, cancellationToken: cancellation);
        Connect();
    }

    /// <summary>As the client of the worker's extension does.</summary>
    private void Connect()
    {
        using var json = JsonDocument.Parse(ClientJson);
        string? Told(string member) => json.RootElement.GetProperty(member).GetString();
        var (hub, connection) = (Told("taskHubName")!, Told("connectionName"));
        _channel = GrpcChannel.ForAddress(Told("rpcBaseUrl")!, new() { MaxReceiveMessageSize = null, MaxSendMessageSize = null });
        var invoker = _channel.Intercept(headers =>
        {
            headers.Add("Durable-TaskHub", hub);
            if (connection is not null)
            {
                headers.Add("Durable-ConnectionName", connection);
            }

            return headers;
        });
        _client = new GrpcDurableTaskClient(hub, new GrpcDurableTaskClientOptions { CallInvoker = invoker, EnableEntitySupport = true }, _logger);
    }

    /// <returns>Whether it was done in time.</returns>
    private async Task<bool> Step(string name, Task? step, TimeSpan limit)
    {
        try
        {
            await (step ?? Task.CompletedTask).WaitAsync(limit);
            return true;
        }
        catch (TimeoutException)
        {
            TooSlow(_logger, name, limit);
        }
        catch (Exception e)
        {
            Failed(_logger, e, name);
        }

        return false;
    }
}
