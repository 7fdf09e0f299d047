using FunctionsHosting;
using FunctionsHosting.Clock;
using FunctionsHosting.Storage;
using FunctionsHosting.Testing;
using Microsoft.DurableTask.Client;
using Turns.Contract;

namespace Host.Tests;

/// <summary>The contract that TurnEngine keeps, kept by the official worker and extension on Microsoft's in-memory task hub, on a clock that stands.</summary>
public sealed class OfficialEngineInMemoryTests(OfficialEngineInMemoryTests.Fixture fixture) : EngineContract, IClassFixture<OfficialEngineInMemoryTests.Fixture>
{
    protected override DurableTaskClient Client => fixture.Host.DurableClient;

    protected override Task Advance(TimeSpan time) => fixture.Host.AdvanceTo(fixture.Host.Clock.GetUtcNow() + time);

    protected override Task WhenIdle() => fixture.Host.WhenIdle();

    public sealed class Fixture : IAsyncLifetime
    {
        public FunctionsHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await (Small.Contract with { TaskHub = MemoryTaskHub.Create }).Run();

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}

/// <summary>The same on the Azure Storage provider, in real time.</summary>
public sealed class OfficialEngineOnAzureStorageTests(OfficialEngineOnAzureStorageTests.Fixture fixture)
    : EngineContract, IClassFixture<OfficialEngineOnAzureStorageTests.Fixture>
{
    protected override DurableTaskClient Client => fixture.Host.DurableClient;

    /// <summary>In real time the provider looks for messages once in a while.</summary>
    protected override TimeSpan Patience => TimeSpan.FromSeconds(30);

    protected override async Task Advance(TimeSpan time)
    {
        await Task.Delay(time, TimeProvider.System);
        await WhenIdle();
    }

    protected override Task WhenIdle() => fixture.Host.WhenIdle();

    public sealed class Fixture : IAsyncLifetime
    {
        private readonly TempFolder _folder = new();

        public FunctionsHost Host { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            var azurite = new AzuriteOptions { Folder = _folder.Path, InMemory = true };
            Host = await (Small.Contract with { Clock = BusinessClock.Real(), Azurite = azurite }).Run();
        }

        public async Task DisposeAsync()
        {
            await Host.DisposeAsync();
            _folder.Dispose();
        }
    }
}
