using DurableTask.Core.Exceptions;
using Grpc.Core;
using Xunit;

namespace Turns.Contract;

/// <summary>
/// What the app counts on of a durable engine. It runs on <see cref="TurnEngine"/> and on the official engine, so that a case which holds on the
/// one holds on the other. Nothing here says that a timer has not fired yet once time has passed: the official engine fires up to a second early.
/// </summary>
/// <remarks>The engine runs <see cref="ContractFunctions"/>; instances of many tests may share it.</remarks>
public abstract class EngineContract
{
    /// <summary>Every status: an instance of this id is never replaced.</summary>
    private static readonly OrchestrationRuntimeStatus[] Any =
    [
        OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated,
        OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Suspended,
    ];

    /// <summary>More than one pause, also where time runs by itself.</summary>
    private static readonly TimeSpan OnePause = ContractFunctions.Pause + TimeSpan.FromSeconds(1);

    private readonly string _id = $"contract-{Guid.NewGuid():N}";

    protected abstract DurableTaskClient Client { get; }

    /// <summary>Lets time pass: a standing clock jumps from timer to timer, on a running one this waits. The engine is idle afterwards.</summary>
    protected abstract Task Advance(TimeSpan time);

    /// <summary>Until all that is left waits for time or for an event.</summary>
    protected abstract Task WhenIdle();

    [Fact]
    public async Task An_instance_runs_to_its_end_and_keeps_what_went_in_and_came_out()
    {
        await Start(nameof(ContractFunctions.ContractEcho), "hello");

        var ended = await Look();
        Assert.Equal((OrchestrationRuntimeStatus.Completed, "hello", "said: hello"), (ended.RuntimeStatus, ended.ReadInputAs<string>(), ended.ReadOutputAs<string>()));
        Assert.True((await Client.GetInstanceAsync(_id))!.IsCompleted);
    }

    [Fact]
    public async Task An_orchestrator_sees_the_version_its_instance_was_started_with()
    {
        await Start(nameof(ContractFunctions.ContractVersion), null, new StartOrchestrationOptions(_id) { Version = new TaskVersion("0.9") });
        Assert.Equal("0.9", (await Look()).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_running_instance_is_never_replaced(bool isDeduped)
    {
        await Start(nameof(ContractFunctions.ContractListen), 1);

        var options = new StartOrchestrationOptions(_id);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => Start(nameof(ContractFunctions.ContractEcho), "again", isDeduped ? options.WithDedupeStatuses(Any) : options));
        await Client.RaiseEventAsync(_id, ContractFunctions.Knock, "1");
        await Advance(OnePause);
        Assert.Equal("1", (await Look()).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    public async Task An_ended_instance_is_replaced_unless_its_status_is_deduped(OrchestrationRuntimeStatus status)
    {
        await End(status);
        Assert.Equal(status, (await Look()).RuntimeStatus);

        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(
            () => Start(nameof(ContractFunctions.ContractEcho), "again", new StartOrchestrationOptions(_id).WithDedupeStatuses(Any)));
        Assert.Equal(status, (await Look()).RuntimeStatus);

        await Start(nameof(ContractFunctions.ContractEcho), "again");
        Assert.Equal("said: again", (await Look()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_unknown_instance_is_not_found()
    {
        Assert.Null(await Client.GetInstanceAsync(_id));
        Assert.Equal(StatusCode.NotFound, await Refusal(() => Client.RaiseEventAsync(_id, ContractFunctions.Knock, "1")));
        Assert.Equal(StatusCode.NotFound, await Refusal(() => Client.TerminateInstanceAsync(_id)));
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    public async Task An_ended_instance_hears_nothing_more(OrchestrationRuntimeStatus status)
    {
        await End(status);
        Assert.Equal(StatusCode.FailedPrecondition, await Refusal(() => Client.RaiseEventAsync(_id, ContractFunctions.Knock, "1")));
        Assert.Equal(StatusCode.FailedPrecondition, await Refusal(() => Client.TerminateInstanceAsync(_id)));
        Assert.Equal(status, (await Look()).RuntimeStatus);
    }

    [Fact]
    public async Task Knocks_before_anybody_waits_are_heard_later_in_their_order()
    {
        await Start(nameof(ContractFunctions.ContractListen), 3);
        await KnockInOrder("1", "2", "3");

        await Advance(OnePause);
        Assert.Equal("1,2,3", (await Look()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task Knocks_while_somebody_waits_are_heard_one_by_one()
    {
        await Start(nameof(ContractFunctions.ContractListen), 3);
        await Advance(OnePause);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Look()).RuntimeStatus);

        await KnockInOrder("1", "2", "3");
        Assert.Equal("1,2,3", (await Look()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_knock_may_carry_nothing()
    {
        await Start(nameof(ContractFunctions.ContractListen), 2);
        await Client.RaiseEventAsync(_id, ContractFunctions.Knock);
        await WhenIdle();
        await KnockInOrder("2");

        await Advance(OnePause);
        Assert.Equal(",2", (await Look()).ReadOutputAs<string>());
    }

    [Theory]
    [InlineData(2, "worked at try 3")]
    [InlineData(9, "gave up after 3")]
    public async Task An_activity_is_tried_again_after_each_pause_of_its_policy(int failures, string becomes)
    {
        await Start(nameof(ContractFunctions.ContractRetry), failures);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Look()).RuntimeStatus);

        await Advance(2 * OnePause);
        var ended = await Look();
        Assert.Equal((OrchestrationRuntimeStatus.Completed, becomes), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
    }

    [Fact]
    public async Task A_failure_that_nobody_catches_fails_the_instance()
    {
        await Start(nameof(ContractFunctions.ContractBroken), null);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, (await Look()).RuntimeStatus);
    }

    [Fact]
    public async Task Knocks_that_a_generation_has_not_heard_are_heard_by_the_next()
    {
        await Start(nameof(ContractFunctions.ContractGenerations), new ContractFunctions.Generation(Knocks: 3, Heard: []));
        await KnockInOrder("1", "2", "3");

        await Advance(OnePause);
        var ended = await Look();
        Assert.Equal((OrchestrationRuntimeStatus.Completed, "1,2,3"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        Assert.Equal(["1", "2"], ended.ReadInputAs<ContractFunctions.Generation>()!.Heard);
    }

    [Fact]
    public async Task An_instance_that_begins_anew_is_running_and_goes_on()
    {
        await Start(nameof(ContractFunctions.ContractGenerations), new ContractFunctions.Generation(Knocks: 2, Heard: []));
        await KnockInOrder("1");
        await Advance(OnePause);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Look()).RuntimeStatus);

        await KnockInOrder("2");
        Assert.Equal("1,2", (await Look()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_terminated_instance_ends_at_once_whatever_it_waits_for()
    {
        await Start(nameof(ContractFunctions.ContractDoor), null);
        await Client.TerminateInstanceAsync(_id, "enough");
        await WhenIdle();

        var ended = await Look();
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, "enough"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
        await Advance(OnePause);
        Assert.Equal(OrchestrationRuntimeStatus.Terminated, (await Look()).RuntimeStatus);
    }

    [Fact]
    public async Task A_timer_that_nobody_precedes_rings()
    {
        await Start(nameof(ContractFunctions.ContractDoor), null);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Look()).RuntimeStatus);

        await Advance(OnePause);
        Assert.Equal("nobody", (await Look()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task A_cancelled_timer_keeps_no_instance_running()
    {
        await Start(nameof(ContractFunctions.ContractDoor), null);
        await KnockInOrder("visitor");
        Assert.Equal("visitor", (await Look()).ReadOutputAs<string>());
    }

    [Fact]
    public async Task An_open_timer_keeps_its_instance_running_until_it_fires()
    {
        await Start(nameof(ContractFunctions.ContractOpenTimer), null);
        Assert.Equal(OrchestrationRuntimeStatus.Running, (await Look()).RuntimeStatus);

        await Advance(OnePause);
        var ended = await Look();
        Assert.Equal((OrchestrationRuntimeStatus.Completed, "returned"), (ended.RuntimeStatus, ended.ReadOutputAs<string>()));
    }

    private static async Task<StatusCode> Refusal(Func<Task> ask) => (await Assert.ThrowsAsync<RpcException>(ask)).StatusCode;

    private async Task Start(string orchestrator, object? input, StartOrchestrationOptions? options = null)
    {
        Assert.Equal(_id, await Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, options ?? new(_id)));
        await WhenIdle();
    }

    /// <summary>Each after the engine has taken the one before: what is sent at the same moment has no order.</summary>
    private async Task KnockInOrder(params string[] payloads)
    {
        foreach (var payload in payloads)
        {
            await Client.RaiseEventAsync(_id, ContractFunctions.Knock, payload);
            await WhenIdle();
        }
    }

    private async Task End(OrchestrationRuntimeStatus status)
    {
        switch (status)
        {
            case OrchestrationRuntimeStatus.Completed:
                await Start(nameof(ContractFunctions.ContractEcho), "once");
                break;
            case OrchestrationRuntimeStatus.Failed:
                await Start(nameof(ContractFunctions.ContractBroken), null);
                break;
            default:
                await Start(nameof(ContractFunctions.ContractListen), 1);
                await Client.TerminateInstanceAsync(_id);
                await WhenIdle();
                break;
        }
    }

    private async Task<OrchestrationMetadata> Look() => (await Client.GetInstanceAsync(_id, getInputsAndOutputs: true))!;
}
