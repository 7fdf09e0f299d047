using System.Reflection;
using Bench;
using LocalHost;
using FunctionsHosting.Clock;
using LocalHost.Sandbox;
using FunctionsHosting.Storage;
using LocalHost.Tour;
using LocalHost.Worker;
using Xunit.Abstractions;

namespace Stories.Tests;

/// <summary>What the whole product asks its storage for in an hour in which nothing happens, sweeps included, while a case sleeps.</summary>
[Collection(OnAzurite.Name)]
public sealed class IdleHostCostsLittle(StorageFixture storage, ITestOutputHelper output)
{
    private const int Most = 200;

    [Fact]
    public async Task An_idle_hour_of_the_owner_costs_at_most_200_storage_requests()
    {
        await using var azurite = await Azurite.StartAsync(new AzuriteOptions { Folder = storage.NewFolder().FullName, InMemory = true });
        var clock = BusinessClock.Frozen(Kst.Parse("2026-09-18 14:30 KST"));
        var lease = BusinessClock.Frozen(Kst.Parse("2026-09-18 14:30 KST"));
        var work = new WorkTracker();
        await using var world = await SandboxServer.StartAsync(new SandboxOptions { Clock = clock, Work = work });
        var settings = HostSettings.Normalise(new Dictionary<string, string?> { ["AzureWebJobsStorage"] = azurite.ConnectionString });
        DevelopmentSettings.Complete(settings, world.BaseAddress, new Uri("http://127.0.0.1:7071/"));
        await using var host = await RunningHost.StartAsync(new RunningHostOptions
        {
            App = FunctionApp.From(Assembly.Load("Penalties")),
            Settings = settings,
            Clock = clock,
            LeaseClock = lease,
            Work = work,
            BrokerConfig = RunningHostOptions.DefaultBrokerConfig,
        });
        using var desk = new Desk(host.BaseAddress, world.CreateClient(), clock.GetUtcNow);
        Assert.Equal(202, (await desk.File(A.FeedbackRequest with { Account = "account-1", Ticket = "4711" })).Answer.Status);
        await host.AdvanceTo(Kst.Parse("2026-09-18 15:30 KST"));

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var hour = await IdleHour.Pass(host, lease, azurite.ConnectionString, limit.Token);

        output.WriteLine($"an idle hour: {hour.Tables} requests to tables, {hour.Blobs} to blobs");
        Assert.InRange(hour.Tables, 1, Most);
        Assert.InRange(hour.Blobs, 100, Most);
        Assert.InRange(hour.Tables + hour.Blobs, 1, Most);
    }
}
