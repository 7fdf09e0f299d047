using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bench.Durable;

/// <summary>
/// An engine with the orchestration that is measured: three activities, a timer of one second, one more activity. Real time; logs go nowhere.
/// </summary>
internal sealed class Errands : IAsyncDisposable
{
    private const string Orchestrator = "Errand";
    private const string Activity = "Echo";

    private readonly DurableEngine _engine;
    private readonly DurableTaskClient _client;
    private int _errands;

    private Errands(DurableEngine engine) => (_engine, _client) = (engine, engine.CreateClient());

    public static async Task<Errands> StartAsync(ITaskHubStore store, CancellationToken cancellation)
    {
        var engine = new DurableEngine(store, new RegistryFunctions(Functions()), TimeProvider.System, new WorkTracker(), NullLoggerFactory.Instance, new());
        await engine.StartAsync(cancellation);
        return new(engine);
    }

    /// <summary>Starts so many at once and ends when all of them have.</summary>
    public async Task Run(int count, CancellationToken cancellation)
    {
        var first = _errands;
        _errands += count;
        await Task.WhenAll(Enumerable.Range(first, count).Select(number => _client.ScheduleNewOrchestrationInstanceAsync(
            Orchestrator, "go", new StartOrchestrationOptions($"errand-{number:D6}").WithDedupeStatuses(StartOrchestrationOptionsExtensions.ValidDedupeStatuses), cancellation)));
        while (_engine.LiveInstances > 0)
        {
            await Task.Delay(5, cancellation);
        }
    }

    /// <exception cref="BenchmarkException">One of them did not come to its right end: then the figures are those of something else.</exception>
    public async Task CheckAll(CancellationToken cancellation)
    {
        var completed = 0;
        await foreach (var errand in _client.GetAllInstancesAsync(new OrchestrationQuery { FetchInputsAndOutputs = true }).WithCancellation(cancellation))
        {
            completed += errand is { RuntimeStatus: OrchestrationRuntimeStatus.Completed, SerializedOutput: "\"go\"" } ? 1 : 0;
        }

        if (completed != _errands)
        {
            throw new BenchmarkException($"{completed} errands were completed; {_errands} were started.");
        }
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();

    private static DurableTaskRegistry Functions()
    {
        var registry = new DurableTaskRegistry();
        registry.AddOrchestratorFunc<string, string>(Orchestrator, static async (context, said) =>
        {
            for (var time = 0; time < 3; time++)
            {
                said = await context.CallActivityAsync<string>(Activity, said);
            }

            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            return await context.CallActivityAsync<string>(Activity, said);
        });
        registry.AddActivityFunc<string, string>(Activity, static (_, said) => said);
        return registry;
    }
}
