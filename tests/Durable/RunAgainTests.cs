using Durable.Tests.Twins;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>ContinueAsNew.</summary>
public sealed class RunAgainTests
{
    [Fact]
    public async Task Fifty_runs_without_an_await_end_with_the_last_input()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc<int, int>("Counts", (context, n) =>
        {
            if (n < 50)
            {
                context.ContinueAsNew(n + 1);
            }

            return n;
        }));

        var id = await host.RunAsync("Counts", 0);

        Assert.Equal(50, await host.OutputAsync<int>(id));
        Assert.Equal(50, (await host.GetAsync(id)).ReadInputAs<int>());
    }

    [Theory]
    [InlineData(true, "b")]
    [InlineData(false, "c")]
    public async Task Events_nobody_took_reach_the_next_run_only_when_they_are_preserved(bool preserved, string taken)
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc<string, string>("Takes", async (context, first) =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            var text = await context.WaitForExternalEvent<string>("E");
            if (first is null)
            {
                context.ContinueAsNew(text, preserved);
                return "again";
            }

            return text;
        }));

        var id = await host.RunAsync("Takes");
        await host.RaiseAsync(id, "E", "a");
        await host.RaiseAsync(id, "E", "b");
        await host.AdvanceBy(TimeSpan.FromHours(1));
        await host.RaiseAsync(id, "E", "c");
        await host.AdvanceBy(TimeSpan.FromHours(1));

        Assert.Equal(taken, await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task It_takes_effect_when_the_code_has_returned_and_nothing_is_open()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc<int, string>("Again", async (context, n) =>
            {
                if (n == 2)
                {
                    return $"run {n} at {context.CurrentUtcDateTime:HH:mm}";
                }

                context.ContinueAsNew(1);
                context.ContinueAsNew(2);
                context.SetCustomStatus("first run");
                await context.CallActivityAsync<string>("Echo", "still works");
                _ = context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
                return "ignored";
            }));

        var id = await host.RunAsync("Again", 0);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        await host.AdvanceBy(TimeSpan.FromHours(1));

        Assert.Equal("run 2 at 14:30", await host.OutputAsync<string>(id));
        var instance = await host.GetAsync(id);
        Assert.Equal(DurableHost.Start.AddHours(1), instance.CreatedAt);
        Assert.Null(instance.SerializedCustomStatus);
    }

    [Fact]
    public async Task An_exception_after_it_fails_the_instance()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Fails", Task (context) =>
        {
            context.ContinueAsNew();
            throw new InvalidOperationException("boom");
        }));

        await host.IsAsync(OrchestrationRuntimeStatus.Failed, await host.RunAsync("Fails"));
    }

    [Fact]
    public async Task The_history_of_the_former_runs_is_deleted()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc<int, int>("Hourly", async (context, n) =>
        {
            await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
            if (n < 5)
            {
                context.ContinueAsNew(n + 1);
            }

            return n;
        }));

        var id = await host.RunAsync("Hourly", 0);
        await host.AdvanceBy(TimeSpan.FromHours(10));
        Assert.Equal(5, await host.OutputAsync<int>(id));
        await host.Engine.StopAsync(CancellationToken.None);

        Assert.Equal(2, (await host.KeysAsync()).Count(key => key.StartsWith("turn|", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_orchestrator_that_continues_as_new_for_ever_without_an_await_fails()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Endless", context =>
        {
            context.ContinueAsNew();
            return 0;
        }));

        var instance = await host.GetAsync(await host.RunAsync("Endless"));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Contains("continued as new 1000 times without awaiting anything", instance.SerializedOutput, StringComparison.Ordinal);
    }
}
