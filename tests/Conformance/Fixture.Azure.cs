using Microsoft.DurableTask.Testing;

namespace Conformance.Tests;

/// <summary>The official worker on the official in-memory backend: time is real.</summary>
internal static class Flavour
{
    public static readonly bool CanJump = false;

    /// <summary>The unit of the tests' time.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
}

public sealed class OnTestHost : IBackend
{
    public async Task<ConformanceHost> StartAsync(Action<DurableTaskRegistry> functions)
    {
        var log = new LogLines();
        return new RealTimeHost(await DurableTaskTestHost.StartAsync(functions, new DurableTaskTestHostOptions { LoggerFactory = log }), log);
    }
}

internal sealed class RealTimeHost(DurableTaskTestHost host, LogLines log) : ConformanceHost(host.Client, log)
{
    private static readonly TimeSpan Settles = TimeSpan.FromMilliseconds(300);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public override DateTime UtcNow => DateTime.UtcNow;

    public override Task SettleAsync() => Task.Delay(Settles);

    public override Task PassAsync(TimeSpan time) => Task.Delay(time + Settles);

    public override ValueTask DisposeAsync() => host.DisposeAsync();

    protected override async Task<OrchestrationMetadata> UntilAsync(string instanceId, Func<OrchestrationMetadata, bool> reached)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            var instance = await GetAsync(instanceId);
            if (reached(instance) || limit.IsCancellationRequested)
            {
                return instance;
            }

            await SettleAsync();
        }
    }
}
