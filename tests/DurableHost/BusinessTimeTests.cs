using System.Globalization;
using DurableTask.Core.Exceptions;
using FunctionsHosting.Clock;
using Grpc.Core;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableHost.Tests;

/// <summary>Durable timers on a clock that stands or runs fast, and what counts as under way.</summary>
public sealed class BusinessTimeTests
{
    private static readonly TimeSpan Long = TimeSpan.FromDays(2.9);

    [Fact]
    public async Task A_timer_fires_when_the_clock_comes_to_it_and_not_before()
    {
        await using var desk = await Desk.Open(Desk.Memory(Waiting(Long)));

        await desk.Begin("Wait", "a");
        await desk.Settle();
        Assert.Equal(Desk.Start + Long, desk.Clock.NextDue!.Value, TimeSpan.FromSeconds(1));

        await desk.AdvanceTo(Desk.Start + Long - TimeSpan.FromMinutes(1));
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await desk.Status("a")).RuntimeStatus);

        await desk.AdvanceTo(Desk.Start + Long);
        Assert.Equal("woken", await desk.Output("a"));
    }

    [Fact]
    public async Task A_timer_on_a_fast_clock_takes_its_time_divided_by_the_speed()
    {
        await using var desk = await Desk.Open(Desk.Memory(Waiting(TimeSpan.FromDays(1)), BusinessClock.Fast(TimeSpan.FromSeconds(2), Desk.Start)));
        var began = desk.Clock.GetUtcNow();

        await desk.Begin("Wait", "a");
        await desk.Client.WaitForInstanceCompletionAsync("a");

        var took = desk.Clock.GetUtcNow() - began;
        Assert.InRange(took, TimeSpan.FromDays(1), TimeSpan.FromDays(3));
    }

    [Fact]
    public async Task A_turn_is_over_before_the_hub_is_found_idle()
    {
        var taken = 0;
        var worker = new Worker()
            .Orchestrator("Chain", static async (context, _) =>
            {
                for (var i = 0; i < 5; i++)
                {
                    await context.CallActivityAsync("Take");
                }

                await context.WaitForExternalEvent<string>("Go");
                return "gone";
            })
            .Activity("Take", _ => Task.FromResult<object?>(Interlocked.Increment(ref taken)));
        await using var desk = await Desk.Open(Desk.Memory(worker));

        for (var round = 1; round <= 50; round++)
        {
            var id = round.ToString(CultureInfo.InvariantCulture);
            await desk.Begin("Chain", id);
            await desk.Settle();
            Assert.Equal(5 * round, taken);

            await desk.Client.RaiseEventAsync(id, "Go", "now");
            await desk.Settle();
            Assert.Equal("gone", await desk.Output(id));
        }
    }

    [Fact]
    public async Task Retries_follow_business_time()
    {
        var attempts = new List<DateTimeOffset>();
        var clock = BusinessClock.Frozen(Desk.Start);
        var worker = new Worker()
            .Orchestrator("Retry", static async (context, _) =>
            {
                var policy = new RetryPolicy(maxNumberOfAttempts: 3, firstRetryInterval: TimeSpan.FromMinutes(20), backoffCoefficient: 2);
                return await context.CallActivityAsync<string>("Try", options: TaskOptions.FromRetryPolicy(policy));
            })
            .Activity("Try", _ =>
            {
                attempts.Add(clock.GetUtcNow());
                return attempts.Count < 3 ? throw Worker.Failure("System.TimeoutException: not yet") : Task.FromResult<object?>("done");
            });
        await using var desk = await Desk.Open(Desk.Memory(worker, clock));

        await desk.Begin("Retry", "a");
        await desk.AdvanceTo(Desk.Start.AddHours(4));

        Assert.Equal("done", await desk.Output("a"));
        Assert.Equal(3, attempts.Count);
        Assert.Equal(Desk.Start.AddMinutes(20), attempts[1], TimeSpan.FromSeconds(2));
        Assert.Equal(Desk.Start.AddMinutes(60), attempts[2], TimeSpan.FromSeconds(4));
    }

    [Fact]
    public async Task An_event_raised_while_an_instance_continues_as_new_is_heard_and_counted()
    {
        var worker = new Worker().Orchestrator("Count", static async (context, input) =>
        {
            var count = int.Parse(input ?? "0", CultureInfo.InvariantCulture);
            var added = await context.WaitForExternalEvent<string>("Add");
            count += int.Parse(added, CultureInfo.InvariantCulture);
            if (count >= 20)
            {
                return count.ToString(CultureInfo.InvariantCulture);
            }

            context.ContinueAsNew(count.ToString(CultureInfo.InvariantCulture));
            return null;
        });
        await using var desk = await Desk.Open(Desk.Memory(worker));

        await desk.Begin("Count", "a");
        for (var i = 0; i < 10; i++)
        {
            await Task.WhenAll(desk.Client.RaiseEventAsync("a", "Add", "1"), desk.Client.RaiseEventAsync("a", "Add", "1"));
        }

        await desk.Settle();
        Assert.Equal("20", await desk.Output("a"));
    }

    [Fact]
    public async Task A_generation_that_was_continued_leaves_no_alarm()
    {
        var worker = new Worker().Orchestrator("Renew", static async (context, input) =>
        {
            if (input == "again")
            {
                await context.WaitForExternalEvent<string>("Never");
                return null;
            }

            using var stop = new CancellationTokenSource();
            var timer = context.CreateTimer(TimeSpan.FromDays(1), stop.Token);
            await Task.WhenAny(timer, context.WaitForExternalEvent<string>("Go"));
            stop.Cancel();
            context.ContinueAsNew("again");
            return null;
        });
        await using var desk = await Desk.Open(Desk.Memory(worker));
        await desk.Begin("Renew", "a");
        await desk.Settle();
        Assert.NotNull(desk.Clock.NextDue);

        await desk.Client.RaiseEventAsync("a", "Go", "now");
        await desk.Settle();

        Assert.Null(desk.Clock.NextDue);
    }

    [Fact]
    public async Task A_terminated_instance_leaves_no_alarm_and_nothing_under_way()
    {
        await using var desk = await Desk.Open(Desk.Memory(Waiting(Long)));
        await desk.Begin("Wait", "a");
        await desk.Settle();

        await desk.Client.TerminateInstanceAsync("a", "enough");
        await desk.Settle();

        Assert.Null(desk.Clock.NextDue);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await desk.Status("a")).RuntimeStatus);
        await desk.AdvanceTo(Desk.Start.AddDays(4));
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await desk.Status("a")).RuntimeStatus);
    }

    [Fact]
    public async Task A_purged_instance_is_forgotten()
    {
        await using var desk = await Desk.Open(Desk.Memory(Waiting(Long)));
        await desk.Begin("Wait", "a");
        await desk.Settle();

        await desk.Client.PurgeAllInstancesAsync(new(CreatedFrom: DateTimeOffset.UtcNow.AddDays(-1)));

        Assert.Null(await desk.Client.GetInstanceAsync("a"));
        Assert.Null(desk.Clock.NextDue);
        await desk.Settle();
    }

    [Fact]
    public async Task A_suspended_instance_wakes_when_it_is_resumed()
    {
        await using var desk = await Desk.Open(Desk.Memory(Waiting(Long)));
        await desk.Begin("Wait", "a");
        await desk.Settle();

        await desk.Client.SuspendInstanceAsync("a");
        await desk.AdvanceTo(Desk.Start.AddDays(4));
        Assert.Equal(OrchestrationRuntimeStatus.Suspended, (await desk.Status("a")).RuntimeStatus);

        await desk.Client.ResumeInstanceAsync("a");
        await desk.Settle();
        Assert.Equal("woken", await desk.Output("a"));
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
        await using var desk = await Desk.Open(Desk.Memory(worker));

        var refused = await StartMany(desk, "Once", "a", 200);
        await desk.Settle();

        Assert.Equal(199, refused);
        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Events_to_ended_and_unknown_instances_are_refused_and_not_counted()
    {
        await using var desk = await Desk.Open(Desk.Memory(Waiting(Long)));
        await desk.Begin("Wait", "a");
        await desk.AdvanceTo(Desk.Start.AddDays(3));

        var ended = await Assert.ThrowsAsync<RpcException>(() => desk.Client.RaiseEventAsync("a", "Go", "now"));
        var unknown = await Assert.ThrowsAsync<RpcException>(() => desk.Client.RaiseEventAsync("nobody", "Go", "now"));

        Assert.Equal(StatusCode.FailedPrecondition, ended.StatusCode);
        Assert.Equal(StatusCode.NotFound, unknown.StatusCode);
        await desk.Settle();
    }

    [Fact]
    public async Task Children_are_counted_and_their_parent_goes_on()
    {
        var worker = Waiting(Long).Orchestrator("Parent", static async (context, _) =>
        {
            var children = await Task.WhenAll(context.CallSubOrchestratorAsync<string>("Wait"), context.CallSubOrchestratorAsync<string>("Wait"));
            return string.Join(' ', children);
        });
        await using var desk = await Desk.Open(Desk.Memory(worker));

        await desk.Begin("Parent", "a");
        await desk.AdvanceTo(Desk.Start + Long + TimeSpan.FromSeconds(1));

        Assert.Equal("woken woken", await desk.Output("a"));
    }

    private static Worker Waiting(TimeSpan wait) => new Worker().Orchestrator("Wait", async (context, _) =>
    {
        await context.CreateTimer(wait, CancellationToken.None);
        return "woken";
    });

    private static async Task<int> StartMany(Desk desk, string orchestrator, string id, int count)
    {
        var refused = 0;
        await Task.WhenAll(Enumerable.Range(0, count).Select(_ => Task.Run(async () =>
        {
            try
            {
                await desk.Begin(orchestrator, id);
            }
            catch (OrchestrationAlreadyExistsException)
            {
                Interlocked.Increment(ref refused);
            }
        })));
        return refused;
    }
}
