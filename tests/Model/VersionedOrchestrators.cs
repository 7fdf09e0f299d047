using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;
using Turns;

namespace Model.Tests;

/// <summary>
/// How an orchestrator is changed while instances of the version before sleep: the new code asks which version its instance was started with, and
/// does for the old one what it always did.
/// </summary>
public sealed class VersionedOrchestrators
{
    private const string Errand = "Errand";

    private static readonly DurableTaskRegistry First = Of(static async context => await Carry(context));

    private static readonly DurableTaskRegistry Second = Of(static async context =>
    {
        if (context.CompareVersionTo("2.0") >= 0)
        {
            await context.CallActivityAsync("Greet");
        }

        await Carry(context);
    });

    private static readonly DurableTaskRegistry Careless = Of(static async context =>
    {
        await context.CallActivityAsync("Greet");
        await Carry(context);
    });

    [Fact]
    public async Task An_instance_of_the_old_version_goes_on_under_code_that_branches_by_version() =>
        Assert.Null((await Recorded(First, "1.0")).FirstDifference(Second));

    [Fact]
    public async Task An_instance_of_the_new_version_takes_the_new_branch()
    {
        var second = await Recorded(Second, "2.0");
        Assert.Null(second.FirstDifference(Second));
        Assert.Contains("the history has 0 call of Greet", second.FirstDifference(First), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_without_a_branch_is_found() =>
        Assert.Contains("the code of today does 0 call of Greet", (await Recorded(First, "1.0")).FirstDifference(Careless), StringComparison.Ordinal);

    [Fact]
    public async Task An_instance_sleeps_over_the_release_and_wakes_under_the_new_code()
    {
        var code = First;
        var engine = Engine(Of(context => ((ITaskOrchestrator)code.GetOrchestrators().Single().Value(null!)).RunAsync(context, null)));
        await Start(engine, "1.0");

        code = Second;
        engine.Forget();
        await engine.AdvanceTo(engine.Clock.GetUtcNow().AddDays(1));
        Assert.Equal(OrchestrationRuntimeStatus.Completed, engine.Find(Errand)!.Status);

        code = First;
        await Start(engine, "1.0");
        code = Careless;
        engine.Forget();
        await engine.AdvanceTo(engine.Clock.GetUtcNow().AddDays(1));
        Assert.Equal(OrchestrationRuntimeStatus.Failed, engine.Find(Errand)!.Status);
        Assert.Contains("Non-Deterministic", engine.Find(Errand)!.Failure!.ErrorMessage, StringComparison.Ordinal);
    }

    private static async Task Carry(TaskOrchestrationContext context)
    {
        await context.CallActivityAsync("Fetch");
        await context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None);
        await context.CallActivityAsync("Deliver");
    }

    private static DurableTaskRegistry Of(Func<TaskOrchestrationContext, Task> code) => new DurableTaskRegistry().AddOrchestratorFunc(Errand, code);

    private static async Task<GoldenHistory> Recorded(DurableTaskRegistry code, string version)
    {
        var engine = Engine(code);
        await Start(engine, version);
        await engine.AdvanceTo(engine.Clock.GetUtcNow().AddDays(1));
        return GoldenHistory.Of(engine.Find(Errand)!.History);
    }

    private static TurnEngine Engine(DurableTaskRegistry code)
    {
        var registry = new DurableTaskRegistry();
        registry.AddOrchestrator(Errand, code.GetOrchestrators().Single().Value(null!));
        foreach (var step in (string[])["Greet", "Fetch", "Deliver"])
        {
            registry.AddActivityFunc(step, static _ => Task.CompletedTask);
        }

        return new(registry, new FakeTimeProvider());
    }

    private static async Task Start(TurnEngine engine, string version)
    {
        await new TurnClient(engine, defaultVersion: version).ScheduleNewOrchestrationInstanceAsync(Errand, new StartOrchestrationOptions(Errand));
        await engine.RunUntilIdle();
    }
}
