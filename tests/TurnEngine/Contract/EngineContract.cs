using System.Diagnostics;
using System.Text.Json;
using DurableTask.Core.Exceptions;
using Grpc.Core;
using Xunit;
using static Microsoft.DurableTask.Client.OrchestrationRuntimeStatus;
using static Turns.Contract.ContractFunctions;

namespace Turns.Contract;

/// <summary>
/// What the app counts on of a durable engine. It runs on <see cref="TurnEngine"/> and on the official engine, so that a case which holds on the
/// one holds on the other. It leaves open what differs: when exactly a timer rings (the official engine is up to a second early), and the order of
/// events that are sent in a row.
/// </summary>
/// <remarks>
/// The engine runs <see cref="ContractFunctions"/> with the default version 1.0; instances of many tests may share it. Time may run by itself or
/// only when told.
/// </remarks>
public abstract class EngineContract
{
    /// <summary>As the app starts its cases: an instance of this id is never replaced, whatever its status.</summary>
    private static readonly OrchestrationRuntimeStatus[] Any = [Running, Completed, Failed, Terminated, Pending, Suspended];

    /// <summary>More than one pause, also where time runs by itself.</summary>
    private static readonly TimeSpan OnePause = Pause + TimeSpan.FromSeconds(1);

    private readonly string _id = $"contract-{Guid.NewGuid():N}";

    protected abstract DurableTaskClient Client { get; }

    /// <summary>How long is looked again for what is to come, in real time; zero where <see cref="WhenIdle"/> is exact.</summary>
    protected virtual TimeSpan Patience => TimeSpan.Zero;

    /// <summary>Lets time pass: a standing clock jumps from timer to timer, on a running one this waits.</summary>
    protected abstract Task Advance(TimeSpan time);

    /// <summary>Until all that is left waits for time or for an event, as far as the engine can tell.</summary>
    protected abstract Task WhenIdle();

    [Fact]
    public async Task An_instance_runs_to_its_end_and_keeps_what_went_in_and_came_out()
    {
        await Start(nameof(ContractEcho), "hello");
        await Returns("said: hello");
        Assert.Equal("hello", (await Look()).ReadInputAs<string>());
        Assert.True((await Client.GetInstanceAsync(_id))!.IsCompleted);
    }

    [Fact]
    public async Task An_orchestrator_sees_the_version_its_instance_was_started_with()
    {
        await Start(nameof(ContractVersion), null, new StartOrchestrationOptions(_id) { Version = new TaskVersion("0.9") });
        await Returns("0.9");
    }

    [Fact]
    public async Task An_instance_that_is_started_without_a_version_has_the_default_one()
    {
        await Start(nameof(ContractVersion), null);
        await Returns("1.0");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_running_instance_is_never_replaced(bool isDeduped)
    {
        await Start(nameof(ContractListen), 1);
        await Becomes(Running);

        var options = new StartOrchestrationOptions(_id);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => Start(nameof(ContractEcho), "again", isDeduped ? options.WithDedupeStatuses(Any) : options));
        await Client.RaiseEventAsync(_id, Knock, "1");
        await Advance(OnePause);
        await Returns("1");
    }

    [Theory]
    [InlineData(Completed)]
    [InlineData(Failed)]
    [InlineData(Terminated)]
    public async Task An_ended_instance_is_replaced_unless_its_status_is_deduped(OrchestrationRuntimeStatus status)
    {
        await End(status);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => Start(nameof(ContractEcho), "again", new StartOrchestrationOptions(_id).WithDedupeStatuses(Any)));
        await Becomes(status);

        await Start(nameof(ContractEcho), "again");
        await Returns("said: again");
    }

    [Fact]
    public async Task An_unknown_instance_is_not_found()
    {
        Assert.Null(await Client.GetInstanceAsync(_id));
        Assert.Equal(StatusCode.NotFound, await Refusal(() => Client.RaiseEventAsync(_id, Knock, "1")));
        Assert.Equal(StatusCode.NotFound, await Refusal(() => Client.TerminateInstanceAsync(_id)));
    }

    [Theory]
    [InlineData(Completed)]
    [InlineData(Failed)]
    [InlineData(Terminated)]
    public async Task An_ended_instance_hears_nothing_more(OrchestrationRuntimeStatus status)
    {
        await End(status);
        Assert.Equal(StatusCode.FailedPrecondition, await Refusal(() => Client.RaiseEventAsync(_id, Knock, "1")));
        Assert.Equal(StatusCode.FailedPrecondition, await Refusal(() => Client.TerminateInstanceAsync(_id)));
        await Becomes(status);
    }

    [Fact]
    public async Task Knocks_before_anybody_waits_are_heard_later()
    {
        await Start(nameof(ContractListen), 3);
        await Becomes(Running);
        await KnockWith("1", "2", "3");
        await Advance(OnePause);
        await Returns("1,2,3");
    }

    [Fact]
    public async Task Knocks_while_somebody_waits_are_each_heard_once()
    {
        await Start(nameof(ContractListen), 3);
        await Advance(OnePause);
        await Becomes(Running);
        await KnockWith("1", "2", "3");
        await Returns("1,2,3");
    }

    [Fact]
    public async Task A_knock_may_carry_nothing()
    {
        await Start(nameof(ContractListen), 2);
        await Becomes(Running);
        await Client.RaiseEventAsync(_id, Knock);
        await KnockWith("2");
        await Advance(OnePause);
        await Returns(",2");
    }

    [Theory]
    [InlineData(2, "worked at try 3")]
    [InlineData(9, "gave up after 3")]
    public async Task An_activity_is_tried_again_after_each_pause_of_its_policy(int failures, string becomes)
    {
        await Start(nameof(ContractRetry), failures);
        await Becomes(Running);
        await Advance(2 * OnePause);
        await Returns(becomes);
    }

    [Fact]
    public async Task A_failure_that_nobody_catches_fails_the_instance()
    {
        await Start(nameof(ContractBroken), null);
        await Becomes(Failed);
    }

    [Fact]
    public async Task Knocks_that_a_generation_has_not_heard_are_heard_by_the_next()
    {
        await Start(nameof(ContractGenerations), new Generation(Knocks: 3, Heard: []));
        await Becomes(Running);
        await KnockWith("1", "2", "3");
        await Advance(OnePause);
        await Returns("1,2,3");
        Assert.Equal(2, (await Look()).ReadInputAs<Generation>()!.Heard.Length);
    }

    [Fact]
    public async Task An_instance_that_begins_anew_is_running_and_goes_on()
    {
        await Start(nameof(ContractGenerations), new Generation(Knocks: 2, Heard: []));
        await Becomes(Running);
        await KnockWith("1");
        await Advance(OnePause);
        await Becomes(Running);
        await KnockWith("2");
        await Returns("1,2");
    }

    [Fact]
    public async Task A_terminated_instance_ends_at_once_whatever_it_waits_for()
    {
        await Start(nameof(ContractDoor), null);
        await Becomes(Running);
        await Client.TerminateInstanceAsync(_id, "enough");
        await Becomes(Terminated);
        Assert.Equal("enough", (await Look()).ReadOutputAs<string>());

        await Advance(OnePause);
        await Becomes(Terminated);
    }

    [Fact]
    public async Task A_timer_that_nobody_precedes_rings()
    {
        await Start(nameof(ContractDoor), null);
        await Becomes(Running);
        await Advance(OnePause);
        await Returns("nobody");
    }

    [Fact]
    public async Task A_cancelled_timer_keeps_no_instance_running()
    {
        await Start(nameof(ContractDoor), null);
        await KnockWith("visitor");
        await Returns("visitor");
    }

    [Fact]
    public async Task An_open_timer_keeps_its_instance_running_until_it_rings()
    {
        await Start(nameof(ContractOpenTimer), null);
        await Becomes(Running);
        await Advance(OnePause);
        await Returns("returned");
    }

    private static async Task<StatusCode> Refusal(Func<Task> ask) => (await Assert.ThrowsAsync<RpcException>(ask)).StatusCode;

    private async Task Start(string orchestrator, object? input, StartOrchestrationOptions? options = null) =>
        Assert.Equal(_id, await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options ?? new(_id)));

    private async Task KnockWith(params string[] payloads)
    {
        foreach (var payload in payloads)
        {
            await Client.RaiseEventAsync(_id, Knock, payload);
        }
    }

    /// <summary>Makes an instance that has ended so.</summary>
    private async Task End(OrchestrationRuntimeStatus status)
    {
        await Start(
            status switch { Completed => nameof(ContractEcho), Failed => nameof(ContractBroken), _ => nameof(ContractDoor) },
            status is Completed ? "once" : null);
        if (status is Terminated)
        {
            await Becomes(Running);
            await Client.TerminateInstanceAsync(_id);
        }

        await Becomes(status);
    }

    private async Task Returns(string output)
    {
        await Becomes(Completed);
        Assert.Equal(JsonSerializer.Serialize(output), (await Look()).SerializedOutput);
    }

    private async Task Becomes(OrchestrationRuntimeStatus status)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            await WhenIdle();
            var found = (await Look()).RuntimeStatus;
            if (found == status || watch.Elapsed >= Patience)
            {
                Assert.Equal(status, found);
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private async Task<OrchestrationMetadata> Look() => (await Client.GetInstanceAsync(_id, getInputsAndOutputs: true))!;
}
