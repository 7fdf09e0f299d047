using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using DurableTask.Core.Exceptions;
using FunctionsHosting;
using FunctionsHosting.Clock;
using FunctionsHosting.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.DurableTask.Entities;

namespace DurableHost.Tests;

/// <summary>The official Azure Storage provider under the decorator.</summary>
[Collection(nameof(AzureStorage))]
public sealed class AzureStorageTests(AzureStorage storage)
{
    [Fact]
    public async Task Work_is_counted_exactly()
    {
        var taken = 0;
        var worker = new Worker()
            .Orchestrator("Chain", static async (context, _) =>
            {
                await Task.WhenAll(context.CallActivityAsync("Take"), context.CallActivityAsync("Take"));
                await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                await context.CallActivityAsync("Take");
                return await context.WaitForExternalEvent<string>("Go");
            })
            .Activity("Take", _ => Task.FromResult<object?>(Interlocked.Increment(ref taken)));
        await using var desk = await Desk.Open(Desk.Azure(worker, storage.ConnectionString, hub: storage.NewHub()));

        for (var round = 0; round < 10; round++)
        {
            var id = round.ToString(CultureInfo.InvariantCulture);
            await desk.Begin("Chain", id);
            await desk.Settle();
            Assert.Equal((3 * round) + 2, taken);

            await desk.AdvanceTo(desk.Clock.GetUtcNow().AddHours(1));
            Assert.Equal((3 * round) + 3, taken);

            await desk.Client.RaiseEventAsync(id, "Go", "gone");
            await desk.Settle();
            Assert.Equal("gone", await desk.Output(id));
        }
    }

    [Fact]
    public async Task What_a_stopped_host_had_read_ahead_the_next_one_has_at_once()
    {
        string[] ids = [.. Enumerable.Range(0, 8).Select(static number => $"a{number}")];
        var worker = new Worker().Orchestrator("Run", static (_, _) => Task.FromResult<string?>("ran"));
        var options = Desk.Azure(worker, storage.ConnectionString, hub: storage.NewHub());
        await using (var stopped = await Desk.Open(options with { MayRun = new TaskCompletionSource().Task }))
        {
            await Task.WhenAll(ids.Select(id => stopped.Begin("Run", id)));
            await storage.WhenNothingIsToBeSeen(options.Extensions["durableTask:hubName"]!);
        }

        await using var next = await Desk.Open(options with { Work = new() });

        // Half of what it would take until storage gives the messages out again by itself.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        await Task.WhenAll(ids.Select(id => next.Client.WaitForInstanceCompletionAsync(id, limit.Token)));
    }

    [Fact]
    public async Task Of_many_starts_at_the_same_moment_one_lives_and_idle_comes()
    {
        var runs = 0;
        var worker = new Worker()
            .Orchestrator("Once", static async (context, _) =>
            {
                await context.CallActivityAsync("Run");
                return await context.WaitForExternalEvent<string>("Go");
            })
            .Activity("Run", _ => Task.FromResult<object?>(Interlocked.Increment(ref runs)));
        await using var desk = await Desk.Open(Desk.Azure(worker, storage.ConnectionString, hub: storage.NewHub()));
        var refused = 0;

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(async () =>
        {
            try
            {
                await desk.Begin("Once", "a");
            }
            catch (OrchestrationAlreadyExistsException)
            {
                Interlocked.Increment(ref refused);
            }
        })));
        await desk.Settle();

        Assert.Equal(199, refused);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task A_failed_instance_is_rewound_and_its_work_counted()
    {
        var fails = true;
        var worker = new Worker()
            .Orchestrator("Try", static async (context, _) => await context.CallActivityAsync<string>("Do"))
            .Activity("Do", _ => fails ? throw Worker.Failure("System.TimeoutException: no") : Task.FromResult<object?>("done"));
        await using var desk = await Desk.Open(Desk.Azure(worker, storage.ConnectionString, hub: storage.NewHub()));
        await desk.Begin("Try", "a");
        await desk.Settle();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await desk.Status("a")).RuntimeStatus);

        fails = false;
        var rewind = new Uri("http://127.0.0.1:7071/runtime/webhooks/durabletask/instances/a/rewind?reason=again");
        using var request = new HttpRequestMessage(HttpMethod.Post, rewind);
        using var answer = await desk.Host.Manage(request, CancellationToken.None);
        await desk.Settle();

        Assert.Equal("done", await desk.Output("a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Entities_work_in_real_and_in_business_time(bool inRealTime)
    {
        var worker = new Worker()
            .Entity("Counter", new Counter())
            .Orchestrator("Add", static async (context, _) =>
            {
                var counter = new EntityInstanceId("Counter", "a");
                await context.Entities.SignalEntityAsync(counter, "Add", 1);
                await using (await context.Entities.LockEntitiesAsync(counter))
                {
                    await context.Entities.CallEntityAsync<int>(counter, "Add", 2);
                }

                return (await context.Entities.CallEntityAsync<int>(counter, "Get")).ToString(CultureInfo.InvariantCulture);
            });
        var clock = inRealTime ? BusinessClock.Real() : BusinessClock.Frozen(Desk.Start);
        await using var desk = await Desk.Open(Desk.Azure(worker, storage.ConnectionString, clock, storage.NewHub()));

        await desk.Client.Entities.SignalEntityAsync(new("Counter", "a"), "Add", 10);
        await desk.Begin("Add", "o");
        if (inRealTime)
        {
            await desk.Client.WaitForInstanceCompletionAsync("o");
        }
        else
        {
            await desk.Settle();
        }

        Assert.Equal("13", await desk.Output("o"));
        Assert.Equal(13, (await desk.Client.Entities.GetEntityAsync<int>(new("Counter", "a")))!.State);
    }

    [Fact]
    public async Task Hosts_that_share_a_hub_are_different_workers_of_it()
    {
        var worker = new Worker().Orchestrator("Nothing", static (_, _) => Task.FromResult<string?>("done"));
        var hub = storage.NewHub();
        var options = Desk.Azure(worker, storage.ConnectionString, BusinessClock.Real(), hub) with { WorkerId = "one" };
        await using var one = await Desk.Open(options);
        await using var two = await Desk.Open(options with { WorkerId = "two", Work = new() });

        await one.Begin("Nothing", "a");
        await two.Begin("Nothing", "b");
        await Task.WhenAll(one.Client.WaitForInstanceCompletionAsync("a"), one.Client.WaitForInstanceCompletionAsync("b"));

        var owners = new HashSet<string>();
        while (owners.Count < 2)
        {
            await foreach (var partition in new TableClient(storage.ConnectionString, $"{hub}Partitions").QueryAsync<TableEntity>())
            {
                owners.UnionWith(new[] { partition.GetString("CurrentOwner"), partition.GetString("NextOwner") }.OfType<string>());
            }
        }

        Assert.Equal([$"{Environment.MachineName}:one", $"{Environment.MachineName}:two"], owners.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_host_on_a_clock_of_its_own_shares_its_hub_with_nobody()
    {
        var hub = storage.NewHub();
        var standing = Desk.Azure(new(), storage.ConnectionString, hub: hub) with { WorkerId = "standing" };
        var real = Desk.Azure(new(), storage.ConnectionString, BusinessClock.Real(), hub) with { WorkerId = "real" };

        await using (await Desk.Open(standing))
        {
            var refused = await Refusal(real);
            Assert.StartsWith($"The host standing works on the task hub {hub} on a clock of its own, this one", refused.Message, StringComparison.Ordinal);
            Assert.StartsWith("The host standing", (await Refusal(standing with { WorkerId = "fast" })).Message, StringComparison.Ordinal);
        }

        await using (await Desk.Open(real))
        {
            Assert.StartsWith($"The host real works on the task hub {hub} in real time, this one", (await Refusal(standing)).Message, StringComparison.Ordinal);
            await using var second = await Desk.Open(real with { WorkerId = "second", Work = new() });
        }

        await using var again = await Desk.Open(standing);
    }

    [Fact]
    public async Task An_option_that_is_refused_late_is_named_too()
    {
        var options = Desk.Azure(new(), storage.ConnectionString, hub: storage.NewHub());

        var refused = await Refusal(options with
        {
            Extensions = new Dictionary<string, string?>(options.Extensions) { ["durableTask:maxConcurrentActivityFunctions"] = "-3" },
        });

        Assert.StartsWith("extensions.durableTask.maxConcurrentActivityFunctions is refused: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_that_refuses_its_key_is_told_with_the_reason()
    {
        var key = storage.ConnectionString.Split(';').Single(static part => part.StartsWith("AccountKey=", StringComparison.Ordinal));

        var refused = await Refusal(Desk.Azure(new(), storage.ConnectionString.Replace(key, "AccountKey=AAAA", StringComparison.Ordinal)));

        Assert.Contains("Status: 403", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_is_bounded_when_the_storage_is_gone()
    {
        var folder = Directory.CreateTempSubdirectory("durable-host-gone-");
        var azurite = await Azurite.StartAsync(new() { Folder = folder.FullName, InMemory = true });
        var worker = new Worker().Orchestrator("Nothing", static (_, _) => Task.FromResult<string?>("done"));
        var desk = await Desk.Open(Desk.Azure(worker, azurite.ConnectionString));
        await azurite.DisposeAsync();
        var took = Stopwatch.StartNew();

        await desk.DisposeAsync();

        Assert.InRange(took.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(45));
        folder.Delete(recursive: true);
    }

    private static Task<HostStartException> Refusal(FunctionsHosting.Durable.DurableHostOptions options) =>
        Assert.ThrowsAsync<HostStartException>(() => FunctionsHosting.Durable.DurableHost.StartAsync(options, CancellationToken.None));
}
