using Azure.Messaging.ServiceBus;

namespace Bench;

/// <summary>What a connection costs while it is idle, and what is left of it when it has gone: of a broker that has nothing else in its memory.</summary>
internal static class QueueConnections
{
    private const int Idle = 100;
    private const int AtOnce = 4;

    /// <summary>What has just ended may still be on its way out.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static async Task<IReadOnlyList<Figure>> Measure(Run run, int connections)
    {
        await using var broker = await BrokerProcess.InMemory(run.Cancellation);
        run.Tell($"{connections} connections that come and go …");
        await ComeAndGo(connections); // what is kept for the next is not what is left behind
        var before = await Settled(0);
        await ComeAndGo(connections);
        var after = await Settled(before);

        run.Tell($"{Idle} idle connections …");
        var held = await broker.Memory(run.Cancellation);
        var clients = Enumerable.Range(0, Idle).Select(_ => broker.Client()).ToList();
        foreach (var client in clients)
        {
            await client.CreateSender(Queues.Empty).CreateMessageBatchAsync(run.Cancellation); // asks the link how large a message may be, and sends nothing
        }

        var idle = (await broker.Memory(run.Cancellation) - held) / 1024.0 / Idle;
        foreach (var client in clients)
        {
            await client.DisposeAsync();
        }

        return
        [
            new("in memory: an idle connection with a link that sends", idle, "KB"),
            new($"in memory: heap before {connections} connections", before / 1024.0, "KB"),
            new($"in memory: heap after {connections} connections opened and closed", after / 1024.0, "KB"),
            Figure.AtMost($"heap after {connections} connections to before", (double)after / before, "ratio", 1.05),
        ];

        Task ComeAndGo(int many) => Sending.AtOnce(AtOnce, 0, many, async (_, ct) =>
        {
            await using var client = broker.Client();
            await using var load = new QueueLoad(client, Queues.Empty);
            await load.Send(1, 1, ct);
            await load.Complete(1, ct);
        }, run.Cancellation);

        // The least of several looks, or the first that is not above what is expected.
        async Task<long> Settled(long expected)
        {
            var (least, began) = (long.MaxValue, Stopwatch.GetTimestamp());
            while (least > expected && Stopwatch.GetElapsedTime(began) < Patience)
            {
                least = Math.Min(least, await broker.Memory(run.Cancellation));
                await Task.Delay(Look, run.Cancellation);
            }

            return least;
        }
    }
}
