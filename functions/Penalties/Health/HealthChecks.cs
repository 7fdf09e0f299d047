using Azure.Messaging.ServiceBus;
using Azure.Storage.Queues;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Penalties.Blocking;
using Penalties.Outside;
using Penalties.Outside.Sms;

namespace Penalties.Health;

/// <summary>What the app needs to work, looked at one by one. Texts are codes of ours: they hold no address and nobody's words.</summary>
internal static class HealthChecks
{
    public const string Storage = "storage";
    public const string ServiceBus = "service-bus";
    public const string TaskHub = "task-hub";

    /// <summary>How long a check may take before it counts as failed.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddPenaltyHealth(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<StorageCheck>(Storage, timeout: Patience)
            .AddCheck<QueueStorageCheck>("queue-storage", timeout: Patience)
            .AddCheck<ServiceBusCheck>(ServiceBus, timeout: Patience)
            .AddCheck<BreakerCheck>("outside-systems", timeout: Patience)
            .AddCheck<SmsCheck>("sms", timeout: Patience);
        services.AddSingleton<ServiceBusCheck>();
        services.AddSingleton<Readiness>();
        return services;
    }

    /// <summary>The app's own table answers.</summary>
    private sealed class StorageCheck(OperationTable operations) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await operations.Find("health", "probe", cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }

    /// <summary>Starting and knocking go over the storage's queues. The queue asked for does not exist.</summary>
    private sealed class QueueStorageCheck(QueueServiceClient queues) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await queues.GetQueueClient("health-probe").ExistsAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
    }

    /// <summary>The queue of block commands answers.</summary>
    private sealed class ServiceBusCheck(ServiceBusClient client) : IHealthCheck, IAsyncDisposable
    {
        private readonly ServiceBusReceiver _commands = client.CreateReceiver(BlockQueues.Commands);

        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            await _commands.PeekMessageAsync(fromSequenceNumber: null, cancellationToken);
            return HealthCheckResult.Healthy();
        }

        public ValueTask DisposeAsync() => _commands.DisposeAsync();
    }

    /// <summary>An open breaker keeps cases waiting and loses nothing: the app is degraded, and ready.</summary>
    private sealed class BreakerCheck(Breakers breakers) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            breakers.Open is { Count: > 0 } open ? HealthCheckResult.Degraded($"breaker open: {string.Join(", ", open)}") : HealthCheckResult.Healthy());
    }

    /// <summary>Whether texts go out: not while somebody paused them, nor for long when the provider's balance runs out.</summary>
    private sealed class SmsCheck(SmsSwitch pause, SmsBalance balance) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            await pause.Find(cancellationToken) is not null ? HealthCheckResult.Degraded("sending is paused")
            : await balance.Find(cancellationToken) is { IsLow: true } ? HealthCheckResult.Degraded("the provider's balance is low")
            : HealthCheckResult.Healthy();
    }
}
