using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Durable.Tests.Twins;
using DurableTask.Core.Exceptions;
using LocalHost;
using LocalHost.Clock;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using LocalHost.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>The engine on tables, in an Azurite of its own.</summary>
public sealed class TableStoreTests(TableStoreTests.Tables tables) : IClassFixture<TableStoreTests.Tables>
{
    private static readonly StartOrchestrationOptions Once =
        new StartOrchestrationOptions("case-1").WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses);

    [Fact]
    public async Task A_case_runs_through_a_restart_in_the_middle_of_its_three_days()
    {
        var store = tables.NewHub();
        var clock = BusinessClock.Frozen(DurableHost.Start);
        await using (var first = await DurableHost.StartAsync(Case, store, clock))
        {
            await first.RunAsync("Case", "대리 \"1\"", Once);
            await first.AdvanceBy(TimeSpan.FromDays(2));
        }

        await using var second = await DurableHost.StartAsync(Case, store, clock);
        await second.AdvanceBy(TimeSpan.FromDays(1));
        await second.RaiseAsync("case-1", "CaseChanged", "warned");

        Assert.Equal("대리 \"1\": warned, child of case-1", await second.OutputAsync<string>("case-1"));
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => second.RunAsync("Case", options: Once));
        Assert.Equal("\"done\"", (await second.GetAsync("case-1")).SerializedCustomStatus);
    }

    [Fact]
    public async Task An_engine_whose_hub_was_taken_over_can_not_write_any_more()
    {
        var store = tables.NewHub();
        await using var first = await DurableHost.StartAsync(Case, store);
        await first.RunAsync("Case", "x", Once);
        await using var second = await DurableHost.StartAsync(Case, store);

        await Assert.ThrowsAsync<TaskHubOwnershipLostException>(() => first.Client.RaiseEventAsync("case-1", "CaseChanged"));
        await second.RaiseAsync("case-1", "CaseChanged", "by the second");
        await second.IsAsync(OrchestrationRuntimeStatus.Running, "case-1");
    }

    [Fact]
    public async Task Starts_go_in_groups_and_a_refused_one_takes_no_other_with_it()
    {
        await using var host = await DurableHost.StartAsync(Case, tables.NewHub());
        await host.RunAsync("Case", "x", Once with { InstanceId = "case-7" });

        var starts = Enumerable.Range(0, 100).Select(n =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("Case", "x", Once with { InstanceId = $"case-{n}" })).ToList();
        await Task.WhenAll(starts.Select(s => s.ContinueWith(static _ => { }, TaskScheduler.Default)));
        await host.WhenIdle();

        Assert.Equal([7], Enumerable.Range(0, 100).Where(n => starts[n].IsFaulted));
        Assert.IsType<OrchestrationAlreadyExistsException>(starts[7].Exception!.InnerException);
        Assert.Equal(100, host.Engine.LiveInstances);
    }

    [Fact]
    public async Task Large_texts_and_odd_ids_come_back_as_they_were()
    {
        const string id = "a/b\\c#d?e|f~g%h 대리 😀'\"";
        var text = string.Concat(Enumerable.Repeat("\"quoted\" 한글 \\ ", 5_000));
        await using var host = await DurableHost.StartAsync(Case, tables.NewHub());

        await host.RunAsync("Case", text, new(id));
        await host.AdvanceBy(TimeSpan.FromDays(3));
        await host.RaiseAsync(id, "CaseChanged", "ok");

        Assert.Equal($"{text}: ok, child of {id}", await host.OutputAsync<string>(id));
        Assert.Equal(1, (await host.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync(id));
    }

    [Fact]
    public async Task Large_values_are_blobs_that_come_back_as_they_were_and_go_with_their_instance()
    {
        var (store, story, clock) = (tables.NewHub(), new LargeStory(), BusinessClock.Frozen(DurableHost.Start));
        await using (var first = await DurableHost.StartAsync(LargeStory.Functions, store, clock))
        {
            await story.PlayAsync(first);
            await first.RunAsync("Keeps", Letters.Of(100_000), new(".."));
        }

        Assert.NotEmpty(await store.LargeValues.ListAsync(CancellationToken.None));
        await using (var second = await DurableHost.StartAsync(LargeStory.Functions, store, clock))
        {
            await second.RaiseAsync("..", "E", "e");
            Assert.Equal(Letters.Of(100_000) + "e", await second.OutputAsync<string>(".."));
            Assert.Equal(LargeStory.Outcome, await second.OutputAsync<string>("case"));
            Assert.Equal(LargeStory.OutcomeOfListener, await second.OutputAsync<string>("listener"));
            Assert.Equal(5, (await second.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter())).PurgedInstanceCount);
            await second.Engine.StopAsync(CancellationToken.None);
        }

        Assert.Empty(await store.LargeValues.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_large_value_can_be_written_again_by_who_missed_the_answer_and_one_there_is_not_is_none()
    {
        var values = tables.NewHub().LargeValues;

        Assert.Empty(await values.ListAsync(CancellationToken.None));
        Assert.Null(await values.ReadAsync("runs/00/a~/r/1", CancellationToken.None));
        await values.DeleteAsync("runs/00/a~/r/1", CancellationToken.None);
        await values.WriteAsync("runs/00/a~/r/1", [1, 2], CancellationToken.None);
        await values.WriteAsync("runs/00/a~/r/1", [1, 2], CancellationToken.None);

        Assert.Equal(["runs/00/a~/r/1"], await values.ListAsync(CancellationToken.None));
        Assert.Equal([1, 2], await values.ReadAsync("runs/00/a~/r/1", CancellationToken.None));
    }

    [Fact]
    public async Task A_list_reads_on_after_its_token()
    {
        await using var host = await DurableHost.StartAsync(Case, tables.NewHub());
        await Task.WhenAll(Enumerable.Range(0, 25).Select(n =>
            host.Client.ScheduleNewOrchestrationInstanceAsync("Case", "x", new StartOrchestrationOptions($"case-{n}"))));
        await host.WhenIdle();

        List<int> sizes = [];
        await foreach (var page in host.Client.GetAllInstancesAsync(new(PageSize: 10)).AsPages())
        {
            sizes.Add(page.Values.Count);
        }

        Assert.Equal([10, 10, 5], sizes);
    }

    [Fact]
    public async Task One_that_is_set_aside_is_found_among_others_and_put_back_after_a_restart()
    {
        var store = new TamperedStore(tables.NewHub());
        var options = new LocalHost.Durable.DurableEngineOptions { MaxTurnAttempts = 2, TurnRetryDelay = TimeSpan.Zero };
        var clock = BusinessClock.Frozen(DurableHost.Start);
        await using (var first = await DurableHost.StartAsync(Case, store, clock, options: options))
        {
            await first.RunAsync("Case", "x", Once);
            await first.RunAsync("Case", "y", new("case-2"));
            store.RefuseTurnsOf("case-1");
            await first.AdvanceBy(TimeSpan.FromDays(3));
            await first.RaiseAsync("case-1", "CaseChanged", "while aside");
        }

        await using var second = await DurableHost.StartAsync(Case, store, clock, options: options);
        await second.WhenIdle();
        var found = await second.Engine.List(new(), poisonedOnly: true).ToListAsync();
        Assert.Equal(["case-1"], found.Select(static i => i.InstanceId));
        store.Mend();
        Assert.True(await second.Engine.PutBackAsync("case-1"));
        await second.WhenIdle();

        Assert.Equal("x: while aside, child of case-1", await second.OutputAsync<string>("case-1"));
        Assert.Empty(await second.Engine.List(new(), poisonedOnly: true).ToListAsync());
    }

    [Theory]
    [InlineData("x")]
    [InlineData("1hub")]
    [InlineData("hub-with-dash")]
    public void A_hub_name_that_is_no_table_name_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new TableTaskHubStore(
            new TableServiceClient("UseDevelopmentStorage=true"), new BlobServiceClient("UseDevelopmentStorage=true"), name));

    private static void Case(DurableTaskRegistry functions) => functions
        .AddActivityFunc<string, string>("Echo", (_, text) => text)
        .AddOrchestratorFunc("Child", context => $"child of {context.Parent!.InstanceId}")
        .AddOrchestratorFunc<string, string>("Case", async (context, input) =>
        {
            var text = await context.CallActivityAsync<string>("Echo", input);
            await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
            var changed = await context.WaitForExternalEvent<string>("CaseChanged");
            var child = await context.CallSubOrchestratorAsync<string>("Child");
            context.SetCustomStatus("done");
            return $"{text}: {changed}, {child}";
        });

    /// <summary>One Azurite for all tests here; every test has a hub of its own.</summary>
    public sealed class Tables : IAsyncLifetime
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("durable-tests-").FullName;
        private Azurite? _azurite;
        private int _hubs;

        public TableTaskHubStore NewHub() =>
            new(new(_azurite!.ConnectionString), new(_azurite.ConnectionString), $"Hub{Interlocked.Increment(ref _hubs)}");

        public async Task InitializeAsync() => _azurite = await Azurite.StartAsync(new() { Folder = _folder, InMemory = true });

        public async Task DisposeAsync()
        {
            await _azurite!.DisposeAsync();
            Directory.Delete(_folder, recursive: true);
        }
    }
}
