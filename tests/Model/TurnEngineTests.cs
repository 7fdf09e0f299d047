using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;
using Turns;
using Turns.Contract;

namespace Model.Tests;

/// <summary>The contract of durable engines on the one in memory, as the other tests use it.</summary>
public sealed class TurnEngineWithSessions() : TurnEngineContract(replays: false);

/// <summary>The same where every turn replays its history.</summary>
public sealed class TurnEngineWithoutSessions() : TurnEngineContract(replays: true);

public abstract class TurnEngineContract : EngineContract
{
    private readonly TurnEngine _engine;

    protected TurnEngineContract(bool replays)
    {
        var functions = typeof(ContractFunctions);
        _engine = new(new DurableTaskRegistry().AddOrchestratorsOf(functions).AddActivitiesOf(functions), new FakeTimeProvider()) { ReplaysEveryTurn = replays };
        Client = new TurnClient(_engine, defaultVersion: "1.0");
    }

    protected override DurableTaskClient Client { get; }

    protected override Task Advance(TimeSpan time) => _engine.AdvanceTo(_engine.Clock.GetUtcNow() + time);

    protected override Task WhenIdle() => _engine.RunUntilIdle();
}

/// <summary>What is the engine's own.</summary>
public sealed class TurnEngineTests
{
    [Fact]
    public async Task An_orchestrator_that_remembers_is_found_when_its_session_is_forgotten()
    {
        var remembered = 0;
        var engine = Engine(async context =>
        {
            await context.CallActivityAsync(remembered++ == 0 ? "A" : "B");
            await context.WaitForExternalEvent<object?>("Go");
            await context.CallActivityAsync("A");
            await context.WaitForExternalEvent<object?>("Go");
        });
        var client = new TurnClient(engine);
        await client.ScheduleNewOrchestrationInstanceAsync("It", new StartOrchestrationOptions("1"));
        await engine.RunUntilIdle();
        await client.RaiseEventAsync("1", "Go");
        await engine.RunUntilIdle();
        Assert.Equal(OrchestrationRuntimeStatus.Running, engine.Find("1")!.Status);

        engine.Forget();
        await client.RaiseEventAsync("1", "Go");
        await engine.RunUntilIdle();
        Assert.Equal(OrchestrationRuntimeStatus.Failed, engine.Find("1")!.Status);
        Assert.Contains("Non-Deterministic", engine.Find("1")!.Failure!.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_timer_finds_the_clock_at_its_own_instant()
    {
        List<TimeSpan> rang = [];
        var clock = new FakeTimeProvider();
        var start = clock.GetUtcNow();
        var registry = new DurableTaskRegistry()
            .AddOrchestratorFunc<int>("It", async (context, hours) =>
            {
                await context.CreateTimer(TimeSpan.FromHours(hours), CancellationToken.None);
                await context.CallActivityAsync("Look");
            })
            .AddActivityFunc("Look", _ => rang.Add(clock.GetUtcNow() - start));
        var engine = new TurnEngine(registry, clock);
        foreach (var hours in (int[])[30, 10, 20])
        {
            await new TurnClient(engine).ScheduleNewOrchestrationInstanceAsync("It", hours);
        }

        await engine.AdvanceTo(start.AddHours(25));
        Assert.Equal([TimeSpan.FromHours(10), TimeSpan.FromHours(20)], rang);
        Assert.Equal((start.AddHours(25), start.AddHours(30)), (clock.GetUtcNow(), engine.NextDue));
    }

    [Fact]
    public async Task What_it_does_not_serve_names_itself()
    {
        var engine = Engine(context => context.CallSubOrchestratorAsync("Other"));
        var client = new TurnClient(engine);
        await client.ScheduleNewOrchestrationInstanceAsync("It");

        Assert.Contains("CreateSubOrchestration", (await Assert.ThrowsAsync<NotSupportedException>(engine.RunUntilIdle)).Message, StringComparison.Ordinal);
        Assert.Contains("SuspendInstanceAsync", (await Assert.ThrowsAsync<NotSupportedException>(() => client.SuspendInstanceAsync("1"))).Message, StringComparison.Ordinal);
        Assert.Contains("StartAt", (await Assert.ThrowsAsync<NotSupportedException>(() => client.ScheduleNewOrchestrationInstanceAsync(
            "It", new StartOrchestrationOptions("2", StartAt: engine.Clock.GetUtcNow())))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_call_of_what_is_not_registered_leaves_the_engine()
    {
        var engine = Engine(context => context.CallActivityAsync("C"));
        var client = new TurnClient(engine);
        await Assert.ThrowsAsync<ArgumentException>(() => client.ScheduleNewOrchestrationInstanceAsync("Another"));
        await client.ScheduleNewOrchestrationInstanceAsync("It");
        Assert.Equal("'It' calls 'C', and no such activity is registered.", (await Assert.ThrowsAsync<InvalidOperationException>(engine.RunUntilIdle)).Message);
    }

    private static TurnEngine Engine(Func<TaskOrchestrationContext, Task> code) => new(
        new DurableTaskRegistry().AddOrchestratorFunc("It", code).AddActivityFunc("A", static _ => { }).AddActivityFunc("B", static _ => { }), new FakeTimeProvider());
}
