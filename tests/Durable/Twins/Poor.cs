using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;

namespace Durable.Tests.Twins;

/// <summary>The instance "poor" on which the engine fails, and those beside it.</summary>
internal static class Poor
{
    /// <summary>Three attempts without pauses.</summary>
    public static readonly DurableEngineOptions AtOnce = new() { MaxTurnAttempts = 3, TurnRetryDelay = TimeSpan.Zero, StorageRetryDelay = TimeSpan.Zero };

    public static void Orchestrators(DurableTaskRegistry functions) => functions
        .AddOrchestratorFunc("Ends", _ => "ended")
        .AddOrchestratorFunc("Sleeps", context => context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None))
        .AddOrchestratorFunc("Sends", async context => context.SendEvent("poor", "Go", await context.WaitForExternalEvent<string>("Go")))
        .AddOrchestratorFunc("Waits", async context =>
        {
            var heard = string.Empty;
            while (heard.Length < 4)
            {
                heard += await context.WaitForExternalEvent<string>("Go");
            }

            return heard;
        })
        .AddOrchestratorFunc("Parent", async context =>
        {
            try
            {
                return await context.CallSubOrchestratorAsync<string>("Waits", options: new SubOrchestrationOptions { InstanceId = "poor" });
            }
            catch (TaskFailedException)
            {
                return "child was ended";
            }
        });

    /// <summary>Runs the instance "poor" until it is set aside.</summary>
    public static async Task Spoil(DurableHost host, TamperedStore store, Action? onRefusal = null, bool raiseOnly = false)
    {
        if (!raiseOnly)
        {
            await host.RunAsync("Waits", options: new("poor"));
        }

        store.RefuseTurnsOf("poor", onRefusal);
        await host.RaiseAsync("poor", "Go", "1");
        Assert.Equal(["poor"], await Poisoned(host));
    }

    public static async Task<List<string>> Poisoned(DurableHost host)
    {
        List<string> found = [];
        await foreach (var instance in host.Engine.List(new(), poisonedOnly: true))
        {
            found.Add(instance.InstanceId);
        }

        return found;
    }

    public static async Task<DateTimeOffset> Due(BusinessClock real)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            limit.Token.ThrowIfCancellationRequested();
            if (real.NextDue is { } due)
            {
                return due;
            }

            await Task.Yield();
        }
    }

    public static TaskHubRow? Spoilt(TaskHubRow row, string how) => (how, row.Key.Split('|') is [var kind, "poor", ..] ? kind : null) switch
    {
        ("a history row that is no JSON", "turn") => With(row, "Events", "[{\"EventType\""),
        ("an event of no known type", "turn") => With(row, "Events", """[{"EventType":"Dreamt","EventId":-1}]"""),
        ("a history row without events", "turn") => new(row.Key, new Dictionary<string, object>(), row.Tag),
        ("a missing history row", "turn") => null,
        ("an unknown status", "status") => With(row, "Status", "Dozing"),
        _ => row,
    };

    public static TaskHubRow With(TaskHubRow row, string name, string value) => row with { Values = new Dictionary<string, object>(row.Values) { [name] = value } };
}
