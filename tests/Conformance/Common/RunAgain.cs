namespace Conformance.Tests.Common;

/// <summary>ContinueAsNew.</summary>
public abstract class RunAgain(IBackend on) : ConformanceTests(on)
{
    [Theory]
    [InlineData(true, "b, c")]
    [InlineData(false, "later")]
    [Row("6 ContinueAsNew: unprocessed events")]
    public async Task Events_nobody_took_reach_the_next_run_in_their_order_only_when_they_are_preserved(bool preserved, string taken)
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<string, string>("Takes", async (context, first) =>
        {
            if (first is null)
            {
                await context.WaitForExternalEvent<string>("Start");
                context.ContinueAsNew(await context.WaitForExternalEvent<string>("E"), preserved);
                return "ignored";
            }

            var next = await context.WaitForExternalEvent<string>("E");
            return next == "later" ? next : $"{next}, {await context.WaitForExternalEvent<string>("E")}";
        }));

        var id = await host.RunAsync("Takes");
        await host.RaiseAsync(id, "E", "a");
        await host.RaiseAsync(id, "E", "b");
        await host.RaiseAsync(id, "E", "c");
        await host.RaiseAsync(id, "Start");
        if (!preserved)
        {
            await host.RaiseAsync(id, "E", "later");
        }

        Assert.Equal(taken, await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("6 ContinueAsNew: takes effect")]
    public async Task It_takes_effect_when_the_code_has_returned_and_nothing_is_open()
    {
        List<int> runs = [];
        await using var host = await StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc<int, string>("Again", async (context, n) =>
            {
                runs.Add(n);
                if (n == 2)
                {
                    return "second run";
                }

                context.ContinueAsNew(1);
                context.ContinueAsNew(2);
                await context.CallActivityAsync<string>("Echo", "still works");
                _ = context.CreateTimer(2 * Beat, CancellationToken.None);
                return "ignored";
            }));

        var id = await host.RunAsync("Again", 0);
        await host.PassAsync(1);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        Assert.DoesNotContain(2, runs);
        await host.PassAsync(1);

        Assert.Equal("second run", await host.OutputAsync<string>(id));
        Assert.DoesNotContain(1, runs);
    }

    [Fact]
    [Row("6 ContinueAsNew: takes effect")]
    public async Task Without_an_argument_the_next_run_has_no_input()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<int, string>("Again", (context, n) =>
        {
            if (n != 0)
            {
                context.ContinueAsNew();
            }

            return $"run with {n}";
        }));

        var id = await host.RunAsync("Again", 7);

        Assert.Equal("run with 0", await host.OutputAsync<string>(id));
        Assert.Null((await host.GetAsync(id)).SerializedInput);
    }

    [Fact]
    [Row("6 ContinueAsNew: takes effect")]
    public async Task An_exception_after_it_fails_the_instance()
    {
        var runs = 0;
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Fails", Task (context) =>
        {
            runs++;
            context.ContinueAsNew();
            throw new InvalidOperationException("boom");
        }));

        Assert.Equal("boom", (await host.FailureAsync(await host.RunAsync("Fails"))).ErrorMessage);
        Assert.Equal(1, runs);
    }

    [Fact]
    [Row("6 ContinueAsNew: takes effect")]
    public async Task Fifty_runs_without_an_await_end_with_the_last_input()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<int, int>("Counts", (context, n) =>
        {
            if (n < 50)
            {
                context.ContinueAsNew(n + 1);
            }

            return n;
        }));

        var id = await host.RunAsync("Counts", 0);

        Assert.Equal(50, await host.OutputAsync<int>(id));
        Assert.Equal("50", (await host.GetAsync(id)).SerializedInput);
    }

    [Fact]
    [Row("6 ContinueAsNew: metadata")]
    public async Task Each_run_has_its_own_input_and_time_of_creation_no_status_of_the_former_and_is_seen_running()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<int>("Again", async (context, n) =>
        {
            if (n == 1)
            {
                context.SetCustomStatus("first run");
            }

            await context.CreateTimer(2 * Beat, CancellationToken.None);
            if (n == 1)
            {
                context.ContinueAsNew(2);
            }
        }));

        var id = await host.RunAsync("Again", 1);
        var first = await host.GetAsync(id);
        await host.PassAsync(2);
        var second = await host.GetAsync(id);

        Assert.Equal((OrchestrationRuntimeStatus.Running, "1", "\"first run\""), (first.RuntimeStatus, first.SerializedInput, first.SerializedCustomStatus));
        Assert.Equal((OrchestrationRuntimeStatus.Running, "2", null), (second.RuntimeStatus, second.SerializedInput, second.SerializedCustomStatus));
        Assert.Equal(2, Beats(first.CreatedAt.UtcDateTime, second.CreatedAt.UtcDateTime));
        await host.PassAsync(2);
        await host.IsAsync(OrchestrationRuntimeStatus.Completed, id);
    }

    [Fact]
    [Row("6 ContinueAsNew: unprocessed events")]
    [Row("5 ids")]
    public async Task Each_run_counts_its_calls_and_guids_from_the_beginning()
    {
        await using var host = await StartAsync(f => f.AddProbe().AddOrchestratorFunc<int, (Guid, DateTime, int)>("Again", async (context, n) =>
        {
            var (guid, time) = (context.NewGuid(), context.CurrentUtcDateTime);
            context.NewGuid();
            var number = await context.NextNumberAsync();
            if (n == 1)
            {
                context.ContinueAsNew(2);
            }

            return (guid, time, number);
        }));

        var id = await host.RunAsync("Again", 1);

        var (guid, time, number) = await host.OutputAsync<(Guid, DateTime, int)>(id);
        Assert.Equal(RecipeGuid(id, time, 0), guid);
        Assert.Equal(0, number);
    }
}
