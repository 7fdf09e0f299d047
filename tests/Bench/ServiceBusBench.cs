namespace Bench;

/// <summary>The broker, by Microsoft's client. Each broker is a process of its own, without anything else in it.</summary>
internal static class ServiceBusBench
{
    private static readonly Option<int> Messages = Measurement.Count("--messages", "Messages of a round, of each kind", 2_000, 500, 1_000_000);
    private static readonly Option<int> Waiting = Measurement.Count("--waiting", "Messages that wait in the long queue", 100_000, 10_000, 10_000_000);
    private static readonly Option<int> Connections = Measurement.Count("--connections", "Connections opened and closed", 300, 50, 100_000);

    public static readonly Measurement Is = new(
        "servicebus",
        "Messages a second through the broker, in memory and durable; where many wait; its memory a message and a connection",
        Measure,
        Messages,
        Waiting,
        Connections);

    private static async Task<IReadOnlyList<Figure>> Measure(Run run)
    {
        run.Tell("Starting two brokers …");
        await using var inMemory = await BrokerProcess.InMemory(run.Cancellation);
        await using var durable = await BrokerProcess.Durable(run.Cancellation);
        return
        [
            .. await QueueRates.Measure(run, inMemory, durable, WholeBatches(Messages)),
            .. await QueueBacklog.Measure(run, inMemory, "in memory", WholeBatches(Waiting)),
            .. await QueueBacklog.Measure(run, durable, "durable", WholeBatches(Waiting)),
            .. await QueueConnections.Measure(run, run.Given.GetValue(Connections)),
        ];

        int WholeBatches(Option<int> many) => run.Given.GetValue(many) / QueueLoad.Batch * QueueLoad.Batch;
    }
}
