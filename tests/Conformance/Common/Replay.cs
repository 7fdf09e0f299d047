using Microsoft.Extensions.Logging;

namespace Conformance.Tests.Common;

/// <summary>What is the same when the code runs again over its past.</summary>
public abstract class Replay(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("4 CurrentUtcDateTime")]
    public async Task The_time_is_that_of_the_turn_constant_within_it_and_the_same_on_replay()
    {
        List<DateTime> live = [], replayed = [];
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Times", async context =>
        {
            for (var n = 0; n < 3; n++)
            {
                var seen = context.IsReplaying ? replayed : live;
                seen.Add(context.CurrentUtcDateTime);
                Thread.SpinWait(100_000);
                seen.Add(context.CurrentUtcDateTime);
                await context.CreateTimer(Beat, CancellationToken.None);
            }
        }));

        var id = await host.RunAsync("Times");
        await host.PassAsync(3);
        await host.EndedAsync(id);

        Assert.Equal([0, 0, 1, 1, 2, 2], live.ConvertAll(time => Beats(live[0], time)));
        Assert.Equal(3, live.Distinct().Count());
        Assert.Equal(live.ToHashSet(), replayed.ToHashSet());
        Assert.All(live, static time => Assert.Equal(DateTimeKind.Utc, time.Kind));
    }

    [Fact]
    [Row("4 NewGuid")]
    public async Task New_guids_follow_the_recipe_of_instance_time_and_counter()
    {
        List<(Guid Guid, DateTime Time)> seen = [];
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Guids", async context =>
        {
            seen.Add((context.NewGuid(), context.CurrentUtcDateTime));
            seen.Add((context.NewGuid(), context.CurrentUtcDateTime));
            await context.CreateTimer(Beat, CancellationToken.None);
            seen.Add((context.NewGuid(), context.CurrentUtcDateTime));
        }));

        var id = await host.RunAsync("Guids");
        await host.PassAsync(1);
        await host.EndedAsync(id);

        Assert.Equal(seen[..2], seen[2..4]);
        Assert.Equal([0, 1, 0, 1, 2], seen.Select(s => Enumerable.Range(0, 5).Single(n => RecipeGuid(id, s.Time, n) == s.Guid)));
        Assert.All(seen, static s => Assert.Equal(5, s.Guid.Version));
    }

    [Fact]
    [Row("4 IsReplaying and replay-safe logger")]
    public async Task It_replays_until_the_first_new_event()
    {
        List<string> seen = [];
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Tells", async context =>
        {
            seen.Add($"begin {context.IsReplaying}");
            await context.WaitForExternalEvent<string>("E");
            seen.Add($"first {context.IsReplaying}");
            await context.WaitForExternalEvent<string>("E");
            seen.Add($"second {context.IsReplaying}");
        }));

        var id = await host.RunAsync("Tells");
        await host.RaiseAsync(id, "E");
        await host.RaiseAsync(id, "E");
        await host.EndedAsync(id);

        Assert.Equal(["begin False", "begin True", "first False", "begin True", "first True", "second False"], seen);
    }

    [Fact]
    [Row("4 IsReplaying and replay-safe logger")]
    public async Task A_replay_safe_logger_writes_each_line_once()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Logs", async context =>
        {
#pragma warning disable CA1848, CA2254 // The logger is what is tested here.
            context.CreateReplaySafeLogger("by name").LogInformation("begun");
            await context.WaitForExternalEvent<string>("E");
            context.CreateReplaySafeLogger<Replay>().LogInformation("woken");
            await context.WaitForExternalEvent<string>("E");
            context.ReplaySafeLoggerFactory.CreateLogger("by name").LogInformation("ended");
#pragma warning restore CA1848, CA2254
        }));

        var id = await host.RunAsync("Logs");
        await host.RaiseAsync(id, "E");
        await host.RaiseAsync(id, "E");
        await host.EndedAsync(id);

        Assert.Equal(["begun", "ended"], host.Log.Of("by name"));
        Assert.Equal(["woken"], host.Log.Of(typeof(Replay).FullName!));
    }

    [Fact]
    [Row("10 something not durable")]
    public async Task A_yield_is_allowed()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Yields", async context =>
        {
            await Task.Yield();
            await context.CreateTimer(TimeSpan.Zero, CancellationToken.None);
            await Task.Yield();
            return "done";
        }));

        Assert.Equal("done", await host.OutputOfAsync<string>("Yields"));
    }
}
