using Durable.Tests.Twins;
using LocalHost.Clock;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;

namespace Durable.Tests;

/// <summary>The host dies at every commit of a story of large values: between writing them and the commit, or between the commit and its answer.</summary>
public sealed class LargeValueRestartTests
{
    private const int MostCommits = 24;

    private static readonly string[] Instances = ["case", "child-1", "child-2", "listener"];

    public static TheoryData<int, bool> EveryCommit()
    {
        var data = new TheoryData<int, bool>();
        for (var commit = 1; commit <= MostCommits; commit++)
        {
            data.Add(commit, false);
            data.Add(commit, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryCommit))]
    public async Task A_host_that_dies_at_any_commit_loses_no_large_value_and_leaves_none_over(int commit, bool commitHappens)
    {
        var (story, memory, clock) = (new LargeStory(), new MemoryTaskHubStore(), BusinessClock.Frozen(DurableHost.Start));
        var dying = new CrashingStore(memory, commit, commitHappens);
        await using (var first = await DurableHost.StartAsync(LargeStory.Functions, dying, clock, options: new() { ShutdownGrace = TimeSpan.Zero }))
        {
            await Task.WhenAny(story.PlayAsync(first), dying.Crashed);
        }

        await using (var second = await DurableHost.StartAsync(LargeStory.Functions, memory, clock))
        {
            await second.WhenIdle();
            await story.PlayAsync(second);
            Assert.Equal(LargeStory.Outcome, await second.OutputAsync<string>("case"));
            Assert.Equal(LargeStory.OutcomeOfListener, await second.OutputAsync<string>("listener"));
            foreach (var id in Instances)
            {
                Assert.Equal(1, (await second.Client.PurgeInstanceAsync(id)).PurgedInstanceCount);
            }

            await second.Engine.StopAsync(CancellationToken.None);
            Assert.Equal(Enumerable.Repeat("epoch", 4), await second.KeysAsync());
        }

        Assert.Empty(await memory.LargeValues.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_story_has_fewer_commits_than_the_host_dies_at()
    {
        var store = new FaultyStore(new MemoryTaskHubStore());
        await using var host = await DurableHost.StartAsync(LargeStory.Functions, store);
        await new LargeStory().PlayAsync(host);

        Assert.InRange(store.Commits, 14, MostCommits);
    }

    [Fact]
    public async Task What_a_start_left_that_never_happened_goes_at_the_next_start_of_the_host_and_nothing_else_does()
    {
        var memory = new MemoryTaskHubStore();
        var dying = new CrashingStore(memory, atCommit: 5, commitHappens: false);
        await using (var first = await DurableHost.StartAsync(LargeStory.Functions, dying, options: new() { ShutdownGrace = TimeSpan.Zero }))
        {
            await first.RunAsync("Keeps", Letters.Of(100_000), new("lives"));
            await first.RunAsync("Keeps", "small", new("hears"));
            var never = first.Client.ScheduleNewOrchestrationInstanceAsync("Keeps", Letters.Of(100_000), new StartOrchestrationOptions("never"));
            await dying.Crashed;
        }

        var before = await memory.LargeValues.ListAsync(CancellationToken.None);
        await using (var second = await DurableHost.StartAsync(LargeStory.Functions, memory))
        {
            await second.WhenIdle();
            Assert.Null(await second.Client.GetInstanceAsync("never"));
        }

        var after = await memory.LargeValues.ListAsync(CancellationToken.None);
        Assert.Contains(before, static name => name.Contains("/never~/", StringComparison.Ordinal));
        Assert.DoesNotContain(after, static name => name.Contains("/never~/", StringComparison.Ordinal));
        Assert.Equal(before.Count(static name => name.Contains("/lives~/", StringComparison.Ordinal)), after.Count);
        Assert.NotEmpty(after);
    }

    [Fact]
    public async Task What_a_replaced_run_left_goes_at_the_next_start_of_the_host_when_it_died_before_that()
    {
        var memory = new MemoryTaskHubStore();
        var dying = new CrashingStore(memory, atCommit: 5, commitHappens: true);
        await using (var first = await DurableHost.StartAsync(LargeStory.Functions, dying, options: new() { ShutdownGrace = TimeSpan.Zero }))
        {
            await first.RunAsync("Keeps", Letters.Of(100_000), new("case"));
            await first.Client.TerminateInstanceAsync("case");
            await first.WhenIdle();
            var replaces = first.Client.ScheduleNewOrchestrationInstanceAsync("Keeps", Letters.Of(100_000, 2), new StartOrchestrationOptions("case"));
            await dying.Crashed;
        }

        var before = await memory.LargeValues.ListAsync(CancellationToken.None);
        await using (var second = await DurableHost.StartAsync(LargeStory.Functions, memory))
        {
            await second.RaiseAsync("case", "E", "e");
            Assert.Equal(Letters.Of(100_000, 2) + "e", await second.OutputAsync<string>("case"));
            await second.Engine.StopAsync(CancellationToken.None);
        }

        Assert.Equal(2, before.Select(RunOf).Distinct().Count());
        Assert.Single((await memory.LargeValues.ListAsync(CancellationToken.None)).Select(RunOf).Distinct());

        static string? RunOf(string name) => LargeNames.RowOf(name)!.Value.Run;
    }
}
