using Durable.Tests.Twins;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

public sealed class EventTests
{
    [Fact]
    public async Task Events_without_a_waiter_queue_up_by_name_without_regard_to_case()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Late", async context =>
        {
            await context.WaitForExternalEvent<string>("Start");
            var taken = new List<int>();
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
    public async Task Of_two_waiters_the_newest_gets_the_first_event()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Two", async context =>
        {
            var older = context.WaitForExternalEvent<string>("E");
            var newer = context.WaitForExternalEvent<string>("E");
            return $"older {await older}, newer {await newer}";
        }));

        var id = await host.RunAsync("Two");
        await host.RaiseAsync(id, "E", "A");
        await host.RaiseAsync(id, "E", "B");

        Assert.Equal("older B, newer A", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task A_second_waiter_for_the_name_must_expect_the_same_type()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Types", context =>
        {
            _ = context.WaitForExternalEvent<string>("E");
            return Assert.Throws<ArgumentException>(() => { _ = context.WaitForExternalEvent<int>("E"); }).Message;
        }));

        var message = await host.OutputAsync<string>(await host.RunAsync("Types"));
        Assert.StartsWith("Events with the same name must have the same type argument.", message);
    }

    [Fact]
    public async Task A_waiter_that_timed_out_swallows_the_next_event()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Swallows", async context =>
        {
            await Assert.ThrowsAsync<TaskCanceledException>(() => context.WaitForExternalEvent<string>("E", TimeSpan.FromHours(1)));
            await context.WaitForExternalEvent<string>("Between");
            return await context.WaitForExternalEvent<string>("E");
        }));

        var id = await host.RunAsync("Swallows");
        await host.AdvanceBy(TimeSpan.FromHours(1));
        await host.RaiseAsync(id, "E", "lost");
        await host.RaiseAsync(id, "Between");
        await host.RaiseAsync(id, "E", "found");

        Assert.Equal("found", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task A_wait_cancelled_by_its_token_carries_that_token()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Cancels", async context =>
        {
            using var cancel = new CancellationTokenSource();
            var wait = context.WaitForExternalEvent<string>("E", cancel.Token);
            cancel.Cancel();
            return (await Assert.ThrowsAsync<TaskCanceledException>(() => wait)).CancellationToken == cancel.Token;
        }));

        Assert.True(await host.OutputAsync<bool>(await host.RunAsync("Cancels")));
    }

    [Fact]
    public async Task One_waiter_held_across_a_loop_of_timers_misses_nothing()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Recipe", async context =>
        {
            var log = new List<string>();
            var knock = context.WaitForExternalEvent<string>("CaseChanged");
            while (log.Count < 6)
            {
                using var loses = new CancellationTokenSource();
                var alarm = context.CreateTimer(TimeSpan.FromHours(1), loses.Token);
                if (await Task.WhenAny(knock, alarm) == alarm)
                {
                    log.Add("alarm");
                    continue;
                }

                loses.Cancel();
                while (knock.IsCompleted)
                {
                    log.Add(await knock);
                    knock = context.WaitForExternalEvent<string>("CaseChanged");
                }
            }

            return string.Join(' ', log);
        }));

        var id = await host.RunAsync("Recipe");
        await host.AdvanceBy(TimeSpan.FromHours(1));
        await host.RaiseAsync(id, "CaseChanged", "a");
        await host.AdvanceBy(TimeSpan.FromMinutes(90));
        await host.Client.RaiseEventAsync(id, "CaseChanged", "b");
        await host.Client.RaiseEventAsync(id, "CaseChanged", "c");
        await host.AdvanceBy(TimeSpan.FromHours(1));

        Assert.Equal("alarm a alarm b c alarm", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task A_wait_left_behind_does_not_keep_the_instance_running_but_one_with_a_time_out_does()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc("Plain", context =>
            {
                _ = context.WaitForExternalEvent<string>("E");
                return 1;
            })
            .AddOrchestratorFunc("TimedOut", context =>
            {
                _ = context.WaitForExternalEvent<string>("E", TimeSpan.FromHours(1));
                return 2;
            }));

        var plain = await host.RunAsync("Plain");
        var timedOut = await host.RunAsync("TimedOut");

        await host.IsAsync(OrchestrationRuntimeStatus.Completed, plain);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, timedOut);
        await host.AdvanceBy(TimeSpan.FromHours(1));
        await host.IsAsync(OrchestrationRuntimeStatus.Completed, timedOut);
    }

    [Fact]
    public async Task A_payload_that_does_not_fit_fails_the_instance_and_can_not_be_caught()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Number", async context =>
        {
            try
            {
                return await context.WaitForExternalEvent<int>("E");
            }
            catch (Exception)
            {
                return -1;
            }
        }));

        var id = await host.RunAsync("Number");
        await host.RaiseAsync(id, "E", "abc");

        var instance = await host.GetAsync(id);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance.RuntimeStatus);
        Assert.Equal("System.Text.Json.JsonException", instance.FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task A_null_payload_is_null_for_text_and_fails_an_instance_that_waits_for_a_number()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc("Text", async context => await context.WaitForExternalEvent<string?>("E") ?? "null")
            .AddOrchestratorFunc("Number", context => context.WaitForExternalEvent<int>("E")));

        var text = await host.RunAsync("Text");
        var number = await host.RunAsync("Number");
        await host.RaiseAsync(text, "E");
        await host.RaiseAsync(number, "E");

        Assert.Equal("null", await host.OutputAsync<string>(text));
        Assert.Equal("System.NullReferenceException", (await host.GetAsync(number)).FailureDetails!.ErrorType);
    }

    [Fact]
    public async Task Events_that_arrive_together_are_handled_one_by_one_in_their_order()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc("Several", async context =>
            {
                var order = new List<string>();
                async Task Handle(string name)
                {
                    order.Add($"{name}{await context.WaitForExternalEvent<int>(name)}");
                    order.Add(await context.CallActivityAsync<string>("Echo", name.ToLowerInvariant()));
                }

                await context.WaitForExternalEvent<string>("Ready");
                await Task.WhenAll(Handle("A"), Handle("B"), Handle("D"));
                return string.Join(' ', order.Take(3));
            }));

        var id = await host.RunAsync("Several");
        await host.Client.SuspendInstanceAsync(id);
        foreach (var name in new[] { "Ready", "D", "B", "A" })
        {
            await host.RaiseAsync(id, name, name == "Ready" ? null : 1);
        }

        await host.Client.ResumeInstanceAsync(id);
        await host.WhenIdle();

        Assert.Equal("D1 B1 A1", await host.OutputAsync<string>(id));
        var calls = (await host.HistoryAsync(id)).OfType<LocalHost.Durable.History.TaskScheduled>().Select(c => c.Input);
        Assert.Equal(["[\"d\"]", "[\"b\"]", "[\"a\"]"], calls);
    }

    [Fact]
    public async Task An_orchestration_can_send_an_event_to_another()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddOrchestratorFunc("Receives", context => context.WaitForExternalEvent<string>("Hello"))
            .AddOrchestratorFunc<string>("Sends", (context, target) =>
            {
                context.SendEvent(target, "hello", "from afar");
                return Task.CompletedTask;
            }));

        var receiver = await host.RunAsync("Receives");
        await host.RunAsync("Sends", receiver);

        Assert.Equal("from afar", await host.OutputAsync<string>(receiver));
    }
}
