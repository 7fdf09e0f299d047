using Durable.Tests.Twins;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

public sealed class ActivityTests
{
    [Fact]
    public async Task Activities_run_one_after_the_other_and_hand_their_results_on()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc("Chain", async context =>
            {
                var one = await context.CallActivityAsync<string>("Echo", "one");
                var two = await context.CallActivityAsync<string>("echo", "two");
                return one + two + await context.CallActivityAsync<string>("ECHO", "three");
            }));

        var id = await host.RunAsync("Chain");

        Assert.Equal("onetwothree", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task A_fan_out_of_a_hundred_keeps_the_order_of_the_calls()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<int, int>("Square", (_, n) => n * n)
            .AddOrchestratorFunc("FanOut", context =>
                Task.WhenAll(Enumerable.Range(0, 100).Select(n => context.CallActivityAsync<int>("Square", n)))));

        var id = await host.RunAsync("FanOut");

        Assert.Equal(Enumerable.Range(0, 100).Select(n => n * n), await host.OutputAsync<int[]>(id));
    }

    [Fact]
    public async Task Of_several_failures_WhenAll_throws_the_first_by_order_of_calls_and_waits_for_all()
    {
        var finished = 0;
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<int, int>("Odd", (_, n) =>
            {
                Interlocked.Increment(ref finished);
                return n % 2 == 1 ? n : throw new InvalidOperationException($"{n} is even");
            })
            .AddOrchestratorFunc("All", async context =>
            {
                try
                {
                    await Task.WhenAll(Enumerable.Range(0, 4).Select(n => context.CallActivityAsync<int>("Odd", n)));
                    return "none failed";
                }
                catch (TaskFailedException e)
                {
                    return $"{e.TaskId}: {e.FailureDetails.ErrorMessage}";
                }
            }));

        var id = await host.RunAsync("All");

        Assert.Equal("0: 0 is even", await host.OutputAsync<string>(id));
        Assert.Equal(4, finished);
    }

    [Fact]
    public async Task A_failed_activity_tells_type_message_and_inner_failure()
    {
        TaskFailedException? seen = null;
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc("Fail", Task (_) => throw new InvalidOperationException("boom", new FormatException("inside")))
            .AddOrchestratorFunc("Catches", async context =>
            {
                try
                {
                    await context.CallActivityAsync<string>("Fail");
                }
                catch (TaskFailedException e)
                {
                    seen = e;
                }
            }));

        var id = await host.RunAsync("Catches");

        await host.IsAsync(OrchestrationRuntimeStatus.Completed, id);
        Assert.Equal("Task 'Fail' (#0) failed with an unhandled exception: boom", seen!.Message);
        Assert.Equal(0, seen.TaskId);
        Assert.Equal("System.InvalidOperationException: boom", seen.FailureDetails.ToString());
        Assert.Equal("System.FormatException: inside", seen.FailureDetails.InnerFailure!.ToString());
        Assert.True(seen.FailureDetails.IsCausedBy<SystemException>());
        Assert.False(seen.FailureDetails.IsCausedBy<FormatException>());
        Assert.IsType<global::DurableTask.Core.Exceptions.TaskFailedException>(seen.InnerException);
    }

    [Fact]
    public async Task An_unknown_activity_fails_at_once_whatever_the_retry_policy_says()
    {
        await using var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc("Calls", context =>
            context.CallActivityAsync<string>("Nowhere", TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromSeconds(1))))));

        var id = await host.RunAsync("Calls");

        var failure = (await host.GetAsync(id)).FailureDetails!;
        Assert.Equal("Microsoft.DurableTask.TaskFailedException", failure.ErrorType);
        Assert.Equal("ActivityTaskNotFound: No activity task named 'Nowhere' was found.", failure.InnerFailure!.ToString());
    }

    [Fact]
    public async Task Json_that_does_not_fit_fails_the_activity_or_the_caller_and_null_is_the_default()
    {
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<int, int>("Number", (_, n) => n)
            .AddActivityFunc<string, string>("Text", (_, text) => text)
            .AddOrchestratorFunc("Misfits", async context =>
            {
                var badInput = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync<int>("Number", "no number"));
                await Assert.ThrowsAsync<System.Text.Json.JsonException>(() => context.CallActivityAsync<int>("Text", "no number"));
                await Assert.ThrowsAsync<ArgumentException>(() => context.CallActivityAsync<int>("Number", input: new TaskOptions()));
                return (badInput.FailureDetails.ErrorType, await context.CallActivityAsync<int>("Number"));
            }));

        var id = await host.RunAsync("Misfits");

        Assert.Equal(("System.Text.Json.JsonException", 0), await host.OutputAsync<(string, int)>(id));
    }

    [Fact]
    public async Task The_orchestration_stays_running_until_an_activity_nobody_awaits_has_ended()
    {
        var gate = new TaskCompletionSource();
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc("Slow", _ => gate.Task)
            .AddOrchestratorFunc("Leaves", context =>
            {
                _ = context.CallActivityAsync("Slow");
                return "left";
            }));

        var id = await host.Client.ScheduleNewOrchestrationInstanceAsync("Leaves");
        await host.Client.WaitForInstanceStartAsync(id);
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        gate.SetResult();
        await host.WhenIdle();

        Assert.Equal("left", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task At_most_the_allowed_number_of_activities_runs_side_by_side()
    {
        var (now, most) = (0, 0);
        var twoRun = new TaskCompletionSource();
        await using var host = await DurableHost.StartAsync(
            f => f
                .AddActivityFunc<int, int>("Count", async (_, n) =>
                {
                    var running = Interlocked.Increment(ref now);
                    InterlockedMax(ref most, running);
                    if (running == 2)
                    {
                        twoRun.TrySetResult();
                    }

                    await twoRun.Task;
                    Interlocked.Decrement(ref now);
                    return n;
                })
                .AddOrchestratorFunc("FanOut", context =>
                    Task.WhenAll(Enumerable.Range(0, 20).Select(n => context.CallActivityAsync<int>("Count", n)))),
            options: new() { MaxConcurrentActivities = 2 });

        var id = await host.RunAsync("FanOut");

        Assert.Equal(20, (await host.OutputAsync<int[]>(id))!.Length);
        Assert.Equal(2, most);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
