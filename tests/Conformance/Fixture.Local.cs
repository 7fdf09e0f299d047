using LocalHost;
using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using LocalHost.Storage;

namespace Conformance.Tests;

/// <summary>Our engine: its clock stands until it is told.</summary>
internal static class Flavour
{
    public static readonly bool CanJump = true;

    /// <summary>The unit of the tests' time.</summary>
    public static readonly TimeSpan Beat = TimeSpan.FromHours(1);
}

/// <summary>Also takes what an app sets in its host.json.</summary>
public interface ILocalBackend : IBackend
{
    Task<ConformanceHost> StartAsync(Action<DurableTaskRegistry> functions, DurableEngineOptions options);
}

public sealed class InMemory : ILocalBackend
{
    public Task<ConformanceHost> StartAsync(Action<DurableTaskRegistry> functions) => StartAsync(functions, new());

    public Task<ConformanceHost> StartAsync(Action<DurableTaskRegistry> functions, DurableEngineOptions options) =>
        JumpingHost.StartAsync(new MemoryTaskHubStore(), functions, options);
}

/// <summary>One Azurite for all tests; each has a hub of its own.</summary>
public sealed class OnTables : ILocalBackend, IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("conformance-").FullName;
    private Azurite? _azurite;
    private int _hubs;

    public Task<ConformanceHost> StartAsync(Action<DurableTaskRegistry> functions) => StartAsync(functions, new());

    public Task<ConformanceHost> StartAsync(Action<DurableTaskRegistry> functions, DurableEngineOptions options) => JumpingHost.StartAsync(
        new TableTaskHubStore(new(_azurite!.ConnectionString), new(_azurite.ConnectionString), $"Hub{Interlocked.Increment(ref _hubs)}"), functions, options);

    public async Task InitializeAsync() => _azurite = await Azurite.StartAsync(new() { Folder = _folder, InMemory = true });

    public async Task DisposeAsync()
    {
        await _azurite!.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}

[CollectionDefinition(Name)]
public sealed class TablesCollection : ICollectionFixture<OnTables>
{
    public const string Name = "tables";
}

internal sealed class JumpingHost : ConformanceHost
{
    private static readonly DateTimeOffset Start = new(2026, 9, 18, 13, 30, 0, TimeSpan.Zero);

    private readonly DurableEngine _engine;
    private readonly BusinessClock _clock;
    private readonly WorkTracker _work;

    private JumpingHost(DurableEngine engine, BusinessClock clock, WorkTracker work, LogLines log)
        : base(engine.CreateClient(), log) => (_engine, _clock, _work) = (engine, clock, work);

    public override DateTime UtcNow => _clock.GetUtcNow().UtcDateTime;

    public static async Task<ConformanceHost> StartAsync(ITaskHubStore store, Action<DurableTaskRegistry> functions, DurableEngineOptions options)
    {
        var registry = new DurableTaskRegistry();
        functions(registry);
        var (clock, work, log) = (BusinessClock.Frozen(Start), new WorkTracker(), new LogLines());
        var engine = new DurableEngine(store, new RegistryFunctions(registry), clock, work, log, options);
        await engine.StartAsync(CancellationToken.None);
        return new JumpingHost(engine, clock, work, log);
    }

    /// <summary>Nothing can run any more without an event or the clock.</summary>
    public override async Task SettleAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await _work.WhenIdle(limit.Token);
    }

    /// <summary>From alarm to alarm.</summary>
    public override async Task PassAsync(TimeSpan time)
    {
        await SettleAsync();
        var until = _clock.GetUtcNow() + time;
        while (_clock.NextDue is { } due && due <= until)
        {
            _clock.AdvanceTo(due);
            await SettleAsync();
        }

        _clock.AdvanceTo(until);
        await SettleAsync();
    }

    public override ValueTask DisposeAsync() => _engine.DisposeAsync();

    protected override async Task<OrchestrationMetadata> UntilAsync(string instanceId, Func<OrchestrationMetadata, bool> reached)
    {
        await SettleAsync();
        return await GetAsync(instanceId);
    }
}
