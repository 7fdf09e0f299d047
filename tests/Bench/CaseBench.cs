using Azure.Messaging.ServiceBus;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Bench;

/// <summary>One case from webhook to delivered SMS with nothing going wrong, counted step by step.</summary>
internal static class CaseBench
{
    public static readonly Measurement Is = new("case", "What one whole case costs: storage requests, activities, history, messages", Measure);

    private static readonly DateTimeOffset Filed = new(2026, 9, 18, 22, 30, 0, TimeSpan.FromHours(9));

    private static async Task<IReadOnlyList<Figure>> Measure(Run run)
    {
        run.Tell("Starting Azurite, sandbox and host …");
        await using var site = await Site.Prepare(run.Cancellation);
        var options = new FunctionsHostOptions
        {
            Clock = BusinessClock.Frozen(Filed.AddDays(-1).AddHours(1)),
            Settings = new Dictionary<string, string?>
            {
                // What is counted is the case; a sweep adds one request for each time it looks at one.
                ["SweepSchedule"] = "0 0 0 1 1 *",
                ["UnknockedSchedule"] = "0 0 0 1 1 *",
            },
        };
        var world = await site.Sandbox(new() { Clock = options.Clock, Work = options.Work }, run.Cancellation);
        var host = await site.Product(options, world.BaseAddress, run.Cancellation);
        using var desk = new Desk(host.BaseAddress, world.CreateClient(), host.Clock.GetUtcNow);
        var steps = new CaseSteps(site.Requests, run.Tell);

        // The installation's own nights (purge, sweep of unknown messages) and mornings (the managers' digest) are told apart from what a case costs.
        await host.WhenIdle(run.Cancellation);
        var night = await steps.Count("a night without cases", () => host.AdvanceTo(Filed.AddHours(-14), run.Cancellation));

        var morning = await steps.Count("a working morning without matters", () => host.AdvanceTo(Filed.AddHours(-12), run.Cancellation));
        await host.AdvanceTo(Filed, run.Cancellation);

        var complaint = default(FiledComplaint)!;
        await steps.Step("filing, board post, block and notes, until it waits", async () =>
        {
            complaint = await desk.File(new ComplaintBody { Ticket = "4711", Block = "agreed", FeedbackStage = "3" }, run.Cancellation);
            await host.WhenIdle(run.Cancellation);
        });
        await steps.Step("early outcome recorded", async () =>
        {
            await host.AdvanceTo(Filed.AddHours(1), run.Cancellation);
            await desk.Conclude(complaint.Id, "warning", "lead-3", host.Clock.GetUtcNow(), push: true, run.Cancellation);
            await host.WhenIdle(run.Cancellation);
        });
        await steps.Step("waiting until the third morning", () => host.AdvanceTo(Filed.AddHours(58), run.Cancellation), 3 * night.App);
        await steps.Step("due: SMS, delivery, note, closed", () => host.AdvanceTo(Filed.AddHours(60), run.Cancellation), morning.App);

        var end = await desk.Case(complaint.Id, run.Cancellation);
        if (end.GetProperty("state").GetString() is var state && state != "Closed")
        {
            throw new NotMeasuredException($"The case did not come to its end: {state}.");
        }

        var history = await EngineHistory.Of(complaint.Id, new(site.OfEngine), run.Cancellation);
        var requests = (await desk.World.Received(run.Cancellation)).Requests.Sum(static request => request.Count);
        return
        [
            .. steps.Figures(night),
            Figure.AtMost("activities", history.Activities, "activities", 11),
            Figure.AtMost("history events", history.Events, "events", 65),
            new("orchestration turns", history.Turns, "turns"),
            new("timers", history.Timers, "timers"),
            new("requests to outside systems", requests, "requests"),
            new("Service Bus messages", await Messages(host.Settings["ServiceBusConnection"]!, run.Cancellation), "messages"),
            new("activity-log entries", end.GetProperty("timeline").GetArrayLength(), "entries"),
        ];
    }

    /// <summary>A queue numbers what it takes: the number of one more message tells how many there were.</summary>
    private static async Task<long> Messages(string connection, CancellationToken cancellation)
    {
        await using var client = new ServiceBusClient(connection);
        var count = 0L;
        foreach (var queue in (string[])["driver-blocks", "driver-block-results"])
        {
            await using var sender = client.CreateSender(queue);
            var number = await sender.ScheduleMessageAsync(new($"probe {Guid.NewGuid()}"), DateTimeOffset.MaxValue.AddYears(-1), cancellation);
            await sender.CancelScheduledMessageAsync(number, cancellation);
            count += number - 1;
        }

        return count;
    }
}
