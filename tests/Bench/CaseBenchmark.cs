using System.Globalization;
using Azure.Data.Tables;
using Azure.Messaging.ServiceBus;
using FunctionsHosting;
using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using FunctionsHosting.Storage;
using LocalHost;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Bench;

/// <summary>One case from webhook to delivered SMS with nothing going wrong, counted step by step.</summary>
internal static class CaseBenchmark
{
    private static readonly DateTimeOffset Filed = new(2026, 9, 18, 22, 30, 0, TimeSpan.FromHours(9));

    public static async Task<IReadOnlyList<Figure>> Run(Action<string> progress, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        try
        {
            progress("Starting Azurite, sandbox and host …");
            await using var azurite = await Azurite.StartAsync(new() { Folder = Path.Combine(folder.FullName, "azurite"), InMemory = true }, cancellation);
            var clock = BusinessClock.Frozen(Filed.AddDays(-1).AddHours(1));
            var work = new WorkTracker();
            await using var world = await SandboxServer.StartAsync(new() { Clock = clock, Work = work }, cancellation);
            var settings = HostSettings.Normalise(new Dictionary<string, string?>
            {
                ["AzureWebJobsStorage"] = azurite.ConnectionString,
                // What is counted is the case; a sweep adds one request for each time it looks at one.
                ["SweepSchedule"] = "0 0 0 1 1 *",
                ["UnknockedSchedule"] = "0 0 0 1 1 *",
            });
            DevelopmentSettings.Complete(settings, world.BaseAddress, new("http://127.0.0.1:7071/"));
            await using var host = await FunctionsHost.StartAsync<Penalties.Cases.CaseRow>(
                new() { Settings = settings, Clock = clock, Work = work }, cancellation: cancellation);
            return await Measure(host, world, new TableServiceClient(azurite.ConnectionString), progress, cancellation);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<IReadOnlyList<Figure>> Measure(
        FunctionsHost host, SandboxServer world, TableServiceClient tables, Action<string> progress, CancellationToken cancellation)
    {
        using var desk = new Desk(host.BaseAddress, world.CreateClient(), host.Clock.GetUtcNow);
        using var storage = new HttpRequestCounter(tables.Uri.Port);
        var figures = new List<Figure>();

        // The installation's own nights (purge, sweep of unknown messages) are told apart from what a case costs.
        await host.WhenIdle(cancellation);
        var beforeNight = storage.Count;
        await host.AdvanceTo(Filed, cancellation);
        var night = storage.Count - beforeNight;
        var start = storage.Count;

        progress("Filing …");
        var complaint = await desk.File(new ComplaintBody { Ticket = "4711", Block = "agreed", FeedbackStage = "3" }, cancellation);
        await Step("filing, board post, block and notes, until it waits", () => host.WhenIdle(cancellation));
        await Step("early outcome recorded", async () =>
        {
            await host.AdvanceTo(Filed.AddHours(1), cancellation);
            await desk.Conclude(complaint.Id, "warning", "lead-3", host.Clock.GetUtcNow(), push: true, cancellation);
            await host.WhenIdle(cancellation);
        });
        await Step("waiting until the third morning, less the nights", () => host.AdvanceTo(Filed.AddHours(58), cancellation));
        figures[^1] = figures[^1] with { Value = figures[^1].Value - 3 * night };
        await Step("due: SMS, delivery, note, closed", () => host.AdvanceTo(Filed.AddHours(60), cancellation));

        var all = storage.Count - start - 3 * night;
        var state = (await desk.Case(complaint.Id, cancellation)).GetProperty("state").GetString();
        if (state != "Closed")
        {
            throw new InvalidOperationException($"The case did not come to its end: {state}.");
        }

        var history = await History(tables, complaint.Id, cancellation);
        var requests = (await desk.World.Received(cancellation)).Requests.Sum(request => request.Count);
        return
        [
            new("storage requests: a night without cases", night, "requests"),
            new("storage requests in all, less the nights", all, "requests"),
            .. figures,
            Figure.AtMost("activities", history.Count(static e => e == "TaskScheduled"), "activities", 11),
            Figure.AtMost("history events", history.Count, "events", 65),
            new("orchestration turns", history.Count(static e => e == "OrchestratorStarted"), "turns"),
            new("timers", history.Count(static e => e == "TimerCreated"), "timers"),
            new("requests to outside systems", requests, "requests"),
            new("Service Bus messages", await Messages(host.Settings["ServiceBusConnection"]!, cancellation), "messages"),
            new("activity-log entries", (await desk.Case(complaint.Id, cancellation)).GetProperty("timeline").GetArrayLength(), "entries"),
        ];

        async Task Step(string name, Func<Task> run)
        {
            var before = figures.Count == 0 ? start : storage.Count;
            progress($"{name} …");
            await run();
            figures.Add(new($"storage requests: {name}", storage.Count - before, "requests"));
        }
    }

    /// <summary>Kinds of the events that the official provider keeps of an instance.</summary>
    private static async Task<IReadOnlyList<string>> History(TableServiceClient tables, string instanceId, CancellationToken cancellation)
    {
        const string KindColumn = "EventType";
        var events = new List<string>();
        var history = tables.GetTableClient("penaltiesHistory");
        await foreach (var row in history.QueryAsync<TableEntity>(row => row.PartitionKey == instanceId, cancellationToken: cancellation))
        {
            if (row.GetString(KindColumn) is { } kind)
            {
                events.Add(kind);
            }
        }

        return events;
    }

    /// <summary>A queue numbers what it takes: the number of one more message tells how many there were.</summary>
    private static async Task<long> Messages(string connection, CancellationToken cancellation)
    {
        await using var client = new ServiceBusClient(connection);
        var count = 0L;
        foreach (var queue in (string[])["driver-blocks", "driver-block-results"])
        {
            await using var sender = client.CreateSender(queue);
            var probe = new ServiceBusMessage(string.Create(CultureInfo.InvariantCulture, $"probe {Guid.NewGuid()}"));
            var number = await sender.ScheduleMessageAsync(probe, DateTimeOffset.MaxValue.AddYears(-1), cancellation);
            await sender.CancelScheduledMessageAsync(number, cancellation);
            count += number - 1;
        }

        return count;
    }
}
