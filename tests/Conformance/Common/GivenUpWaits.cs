namespace Conformance.Tests.Common;

/// <summary>Waits for an event that were cancelled, timed out or left behind: what breaks there must break here.</summary>
public abstract class GivenUpWaits(IBackend on) : ConformanceTests(on)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("2 waiter cancelled or timed out")]
    public async Task A_waiter_that_was_given_up_swallows_the_next_event(bool byTimeOut)
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Swallows", async context =>
        {
            await GivenUp(context, byTimeOut);
            await context.WaitForExternalEvent<string>("Between");
            return await context.WaitForExternalEvent<string>("E");
        }));

        var id = await host.RunAsync("Swallows");
        await host.PassAsync(1);
        await host.RaiseAsync(id, "E", "lost");
        await host.RaiseAsync(id, "Between");
        await host.RaiseAsync(id, "E", "found");

        Assert.Equal("found", await host.OutputAsync<string>(id));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("2 waiter cancelled or timed out")]
    public async Task A_new_waiter_that_is_there_before_the_event_gets_it(bool byTimeOut)
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("WaitsAgain", async context =>
        {
            await GivenUp(context, byTimeOut);
            return await context.WaitForExternalEvent<string>("E");
        }));

        var id = await host.RunAsync("WaitsAgain");
        await host.PassAsync(1);
        await host.RaiseAsync(id, "E", "found");

        Assert.Equal("found", await host.OutputAsync<string>(id));
    }

    [Theory]
    [InlineData(false, "older got A")]
    [InlineData(true, "newer got A")]
    [Row("2 abandoned waiter")]
    public async Task A_waiter_nobody_awaits_any_more_still_gets_an_event_unless_there_is_a_newer_one(bool withNewer, string expected)
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Abandons", async context =>
        {
            var older = context.WaitForExternalEvent<string>("E");
            await Task.WhenAny(older, context.CreateTimer(Beat, CancellationToken.None));
            var newer = withNewer ? context.WaitForExternalEvent<string>("E") : new TaskCompletionSource<string>().Task;
            await context.WaitForExternalEvent<string>("End");
            return older.IsCompleted ? $"older got {older.Result}" : newer.IsCompleted ? $"newer got {newer.Result}" : "neither";
        }));

        var id = await host.RunAsync("Abandons");
        await host.PassAsync(1);
        await host.RaiseAsync(id, "E", "A");
        await host.RaiseAsync(id, "End");

        Assert.Equal(expected, await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("2 event before any waiter")]
    [Row("2 abandoned waiter")]
    public async Task One_waiter_held_across_a_loop_of_timers_misses_nothing()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Recipe", async context =>
        {
            List<string> log = [];
            var knock = context.WaitForExternalEvent<string>("Knock");
            while (log.Count < 6)
            {
                using var loses = new CancellationTokenSource();
                var alarm = context.CreateTimer(2 * Beat, loses.Token);
                if (await Task.WhenAny(knock, alarm) == alarm)
                {
                    log.Add("alarm");
                    continue;
                }

                loses.Cancel();
                while (knock.IsCompleted)
                {
                    log.Add(await knock);
                    knock = context.WaitForExternalEvent<string>("Knock");
                }
            }

            return string.Join(' ', log);
        }));

        var id = await host.RunAsync("Recipe");
        await host.PassAsync(2);
        await host.RaiseAsync(id, "Knock", "a");
        await host.PassAsync(2.5);
        await host.Client.RaiseEventAsync(id, "Knock", "b");
        await host.Client.RaiseEventAsync(id, "Knock", "c");
        await host.PassAsync(2);

        Assert.Equal("alarm a alarm b c alarm", await host.OutputAsync<string>(id));
    }

    private static async Task GivenUp(TaskOrchestrationContext context, bool byTimeOut)
    {
        if (byTimeOut)
        {
            await Caught<TaskCanceledException>(() => context.WaitForExternalEvent<string>("E", Beat));
            return;
        }

        using var cancel = new CancellationTokenSource();
        var wait = context.WaitForExternalEvent<string>("E", cancel.Token);
        cancel.Cancel();
        await Caught<TaskCanceledException>(() => wait);
    }
}
