using FunctionsHosting.Clock;
using FunctionsHosting.Durable;
using FunctionsHosting.Testing;
using Microsoft.DurableTask.Client;
using Engine = FunctionsHosting.Durable.DurableHost;

namespace DurableHost.Tests;

/// <summary>A durable host with a worker in the test, a clock and the count of what is under way.</summary>
internal sealed class Desk : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 9, 18, 13, 30, 0, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private Desk(Engine host, DurableHostOptions options)
    {
        Host = host;
        Options = options;
    }

    public Engine Host { get; }

    public DurableHostOptions Options { get; }

    public BusinessClock Clock => Options.Clock;

    public DurableTaskClient Client => Host.Client;

    public static DurableHostOptions Memory(Worker worker, BusinessClock? clock = null) =>
        Azure(worker, storage: "", clock) with { TaskHub = MemoryTaskHub.Create };

    public static DurableHostOptions Azure(Worker worker, string storage, BusinessClock? clock = null, string hub = "DeskHub") => new(new())
    {
        Functions = worker.Functions,
        Invoke = worker.Invoke,
        Settings = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase) { ["AzureWebJobsStorage"] = storage },
        Extensions = new Dictionary<string, string?>
        {
            ["durableTask:hubName"] = hub,
            ["durableTask:storageProvider:controlQueueVisibilityTimeout"] = "00:01:00",
            ["durableTask:storageProvider:workItemQueueVisibilityTimeout"] = "00:01:00",
            ["durableTask:storageProvider:maxQueuePollingInterval"] = "00:00:01",
        },
        Webhook = new("http://127.0.0.1:7071/runtime/webhooks/durabletask?code=key"),
        Clock = clock ?? BusinessClock.Frozen(Start),
        Work = new(),
        DrainLimit = TimeSpan.FromSeconds(10),
    };

    public static async Task<Desk> Open(DurableHostOptions options) => new(await Engine.StartAsync(options, CancellationToken.None), options);

    public Task<string> Begin(string orchestrator, string id, string? input = null) =>
        Client.ScheduleNewOrchestrationInstanceAsync(orchestrator, input, new Microsoft.DurableTask.StartOrchestrationOptions { InstanceId = id });

    /// <summary>Waits until nothing is under way.</summary>
    public async Task Settle()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await Options.Work.WhenIdle(limit.Token);
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"still under way: {Options.Work.UnderWay}", e);
        }
    }

    /// <summary>Goes forward from alarm to alarm, letting everything settle at each.</summary>
    public async Task AdvanceTo(DateTimeOffset instant)
    {
        await Settle();
        while (Clock.NextDue is { } due && due <= instant)
        {
            Clock.AdvanceTo(due);
            await Settle();
        }

        Clock.AdvanceTo(instant);
        await Settle();
    }

    public async Task<OrchestrationMetadata> Status(string id) => (await Client.GetInstanceAsync(id, getInputsAndOutputs: true))!;

    public async Task<string?> Output(string id)
    {
        var status = await Status(id);
        Assert.True(status.RuntimeStatus == OrchestrationRuntimeStatus.Completed, $"{status.RuntimeStatus}: {status.SerializedOutput} {status.FailureDetails}");
        return status.ReadOutputAs<string>();
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
