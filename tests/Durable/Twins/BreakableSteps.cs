using System.Collections.Concurrent;
using LocalHost.Clock;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests.Twins;

/// <summary>A case of steps that are broken until they are mended, and what was done, in order; "!" is what failed.</summary>
internal sealed class BreakableSteps
{
    private readonly ConcurrentDictionary<string, bool> _broken = [];

    public ConcurrentQueue<string> Done { get; } = [];

    /// <summary>What a step waits for before it does anything.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    public void Break(params string[] steps) => Array.ForEach(steps, step => _broken[step] = true);

    /// <summary>These, or all.</summary>
    public void Mend(params string[] steps) => (steps.Length == 0 ? [.. _broken.Keys] : steps).ToList().ForEach(step => _broken[step] = false);

    public Task<DurableHost> StartAsync(Func<TaskOrchestrationContext, Task<string>> code, ITaskHubStore? store = null, BusinessClock? clock = null) =>
        DurableHost.StartAsync(
            f => AddTo(f).AddOrchestratorFunc<string, string>("Case", (context, _) => code(context)),
            store,
            clock,
            options: new() { ShutdownGrace = TimeSpan.Zero });

    /// <summary>The activities "Do" and "Other".</summary>
    public DurableTaskRegistry AddTo(DurableTaskRegistry functions) =>
        functions.AddActivityFunc<string, string>("Do", Run).AddActivityFunc<string, string>("Other", Run);

    public static Task<string> Do(TaskOrchestrationContext context, string step, TaskOptions? options = null, string activity = "Do") =>
        context.CallActivityAsync<string>(activity, step, options);

    public static async Task Tried(TaskOrchestrationContext context, string step)
    {
        try
        {
            await Do(context, step);
        }
        catch (TaskFailedException)
        {
            // The case goes on without it.
        }
    }

    public static async Task<string> RunToFailureAsync(DurableHost host, TimeSpan? after = null)
    {
        var id = await host.RunAsync("Case");
        await host.AdvanceBy(after ?? TimeSpan.Zero);
        await host.IsAsync(OrchestrationRuntimeStatus.Failed, id);
        return id;
    }

    public async Task MendAndRewindAsync(DurableHost host, string id)
    {
        Mend();
        await host.Client.RewindInstanceAsync(id, "mended");
        await host.WhenIdle();
    }

    private async Task<string> Run(TaskActivityContext context, string step)
    {
        await Gate;
        var fails = _broken.GetValueOrDefault(step);
        Done.Enqueue(fails ? $"{step}!" : step);
        return fails ? throw new InvalidOperationException($"{step} is broken") : step;
    }
}
