namespace Bench;

/// <summary>How many messages of 1 KB a second the broker takes and gives, kept in memory and in a file: in rounds, each of which has both in turn.</summary>
internal static class QueueRates
{
    public const int Rounds = 5;

    private const int InFlight = 50;

    /// <summary>Of the messages that a round sends at once, so many are sent one after another besides.</summary>
    private const int Tenth = 10;

    private const string OneByOne = "sent one after another";
    private const string AtOnce = "sent, 50 in flight";
    private const string InBatches = "sent in batches of 100";
    private const string Received = "received by the hundred and completed";
    private const string Processed = "by a processor of 16 calls";

    private static readonly string[] Kinds = [OneByOne, AtOnce, InBatches, Received, Processed];

    public static async Task<IReadOnlyList<Figure>> Measure(Run run, BrokerProcess inMemory, BrokerProcess durable, int messages)
    {
        await using var memoryClient = inMemory.Client();
        await using var durableClient = durable.Client();
        await using var memory = new QueueLoad(memoryClient, Queues.Empty);
        await using var file = new QueueLoad(durableClient, Queues.Empty);
        run.Tell("Warming up both brokers …");
        await Round(memory, messages, run.Cancellation);
        await Round(file, messages, run.Cancellation);

        var (ofMemory, ofFile) = (new List<Dictionary<string, double>>(), new List<Dictionary<string, double>>());
        for (var round = 0; round < Rounds; round++)
        {
            // Who is first changes: what a machine has to do besides may come and go with the rounds.
            foreach (var turn in (bool[])[round % 2 == 0, round % 2 != 0])
            {
                (turn ? ofMemory : ofFile).Add(await Round(turn ? memory : file, messages, run.Cancellation));
            }

            run.Tell(string.Create(
                CultureInfo.InvariantCulture,
                $"Round {round + 1} of {Rounds}: {ofMemory[^1][AtOnce]:0} messages/s in memory, {ofFile[^1][AtOnce]:0}/s durable, with {InFlight} in flight …"));
        }

        return
        [
            .. Kinds.Select(kind => new Figure($"in memory: {kind}", Spread.Median(ofMemory.Select(round => round[kind])), "1/s")),
            .. Kinds.Select(kind => new Figure($"durable: {kind}", Spread.Median(ofFile.Select(round => round[kind])), "1/s")),
            Figure.AtLeast(
                $"durable to in memory, {AtOnce}", Spread.Median(ofFile.Zip(ofMemory, static (one, other) => one[AtOnce] / other[AtOnce])), "ratio", 0.5),
        ];
    }

    /// <summary>All kinds, one after another; the queue is empty again afterwards.</summary>
    private static async Task<Dictionary<string, double>> Round(QueueLoad load, int messages, CancellationToken cancellation)
    {
        var one = messages / Tenth;
        return new()
        {
            [OneByOne] = await load.Send(1, one, cancellation),
            [AtOnce] = await load.Send(InFlight, messages, cancellation),
            [Received] = await load.Complete(one + messages, cancellation),
            [InBatches] = await load.SendBatches(messages, cancellation),
            [Processed] = await load.Process(messages, cancellation),
        };
    }
}
