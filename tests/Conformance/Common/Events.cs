namespace Conformance.Tests.Common;

/// <summary>External events: who gets which.</summary>
public abstract class Events(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("2 event before any waiter")]
    public async Task Events_without_a_waiter_queue_up_by_name_without_regard_to_case()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Late", async context =>
        {
            await context.WaitForExternalEvent<string>("Start");
            List<int> taken = [];
            for (var n = 0; n < 3; n++)
            {
                taken.Add(await context.WaitForExternalEvent<int>("number"));
            }

            return string.Join(',', taken);
        }));

        var id = await host.RunAsync("Late");
        await host.RaiseAsync(id, "Number", 1);
        await host.RaiseAsync(id, "NUMBER", 2);
        await host.RaiseAsync(id, "number", 3);
        await host.RaiseAsync(id, "start");

        Assert.Equal("1,2,3", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("2 event before any waiter")]
    public async Task Events_of_other_names_wait_for_their_own_waiter()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Late", async context =>
        {
            var b = await context.WaitForExternalEvent<string>("B");
            return b + await context.WaitForExternalEvent<string>("A");
        }));

        var id = await host.RunAsync("Late");
        await host.RaiseAsync(id, "A", "a");
        await host.RaiseAsync(id, "B", "b");

        Assert.Equal("ba", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("2 two waiters, same name")]
    public async Task Of_two_waiters_the_newest_gets_the_first_event()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Two", TwoWaiters));

        var id = await host.RunAsync("Two");
        await host.RaiseAsync(id, "E", "A");
        await host.RaiseAsync(id, "E", "B");

        Assert.Equal("older B, newer A", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("2 two waiters, same name")]
    public async Task Of_events_that_were_there_before_the_waiters_the_first_waiter_gets_the_first()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Two", async context =>
        {
            await context.WaitForExternalEvent<string>("Ready");
            return await TwoWaiters(context);
        }));

        var id = await host.RunAsync("Two");
        await host.RaiseAsync(id, "E", "A");
        await host.RaiseAsync(id, "E", "B");
        await host.RaiseAsync(id, "Ready");

        Assert.Equal("older A, newer B", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("2 two waiters, same name")]
    public async Task Waiters_that_come_earlier_in_the_turn_of_the_events_count_as_waiters()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Two", async context =>
        {
            await context.WaitForExternalEvent<string>("Ready");
            return await TwoWaiters(context);
        }));

        var id = await host.RunAsync("Two");
        await host.SuspendAsync(id);
        await host.RaiseAsync(id, "Ready");
        await host.RaiseAsync(id, "E", "A");
        await host.RaiseAsync(id, "E", "B");
        await host.ResumeAsync(id);

        Assert.Equal("older B, newer A", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("2 same name, different T")]
    public async Task A_second_waiter_for_the_name_must_expect_the_same_type()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Types", context =>
        {
            _ = context.WaitForExternalEvent<string>("E");
            try
            {
                _ = context.WaitForExternalEvent<int>("E");
                return "waits";
            }
            catch (ArgumentException e)
            {
                return e.Message;
            }
        }));

        Assert.Equal(
            "Events with the same name must have the same type argument. Expected System.String but was requested System.Int32.",
            await host.OutputOfAsync<string>("Types"));
    }

    [Fact]
    [Row("2 same name, different T")]
    public async Task When_a_waiter_has_its_event_another_may_expect_another_type()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Types", async context =>
            $"{await context.WaitForExternalEvent<string>("E")} {await context.WaitForExternalEvent<int>("E") + 1}"));

        var id = await host.RunAsync("Types");
        await host.RaiseAsync(id, "E", "one");
        await host.RaiseAsync(id, "E", 1);

        Assert.Equal("one 2", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("4/14 cancellation")]
    public async Task A_wait_with_a_time_out_whose_event_comes_ends_with_it_and_leaves_no_timer_open()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", context =>
            context.WaitForExternalEvent<string>("E", TimeSpan.FromDays(1))));

        var id = await host.RunAsync("Waits");
        await host.RaiseAsync(id, "e", "in time");

        Assert.Equal("in time", await host.OutputAsync<string>(id));
    }

    private static async Task<string> TwoWaiters(TaskOrchestrationContext context)
    {
        var older = context.WaitForExternalEvent<string>("E");
        var newer = context.WaitForExternalEvent<string>("E");
        return $"older {await older}, newer {await newer}";
    }
}
