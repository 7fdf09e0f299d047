namespace Bench;

/// <summary>
/// How many messages of 1 KB a second the broker takes and gives, kept in memory and in a file. Each kind of work is done by both right after one another,
/// again and again: what else a machine has to do then meets both.
/// </summary>
internal sealed class QueueRates(Run run, QueueLoad memory, QueueLoad file, int messages)
{
    private const int Rounds = 11;
    private const int InFlight = 50;

    /// <summary>Of the messages that a round sends at once, so many are sent one after another besides.</summary>
    private const int Tenth = 10;

    private const string AtOnce = "sent, 50 in flight";

    private readonly List<(string Kind, double Memory, double File)> _measured = [];

    /// <summary>In this order they leave a queue empty.</summary>
    private IReadOnlyList<(string Kind, Func<QueueLoad, Task<double>> Work)> Kinds =>
    [
        ("sent one after another", load => load.Send(1, messages / Tenth, run.Cancellation)),
        (AtOnce, load => load.Send(InFlight, messages, run.Cancellation)),
        ("received by the hundred and completed", load => load.Complete(messages / Tenth + messages, run.Cancellation)),
        ("sent in batches of 100", load => load.SendBatches(messages, run.Cancellation)),
        ("by a processor of 16 calls", load => load.Process(messages, run.Cancellation)),
    ];

    public static async Task<IReadOnlyList<Figure>> Measure(Run run, BrokerProcess inMemory, BrokerProcess durable, int messages)
    {
        await using var memoryClient = inMemory.Client();
        await using var fileClient = durable.Client();
        await using var memory = new QueueLoad(memoryClient, Queues.Empty);
        await using var file = new QueueLoad(fileClient, Queues.Empty);
        return await new QueueRates(run, memory, file, messages).Measure();
    }

    private async Task<IReadOnlyList<Figure>> Measure()
    {
        run.Tell("Warming up both brokers …");
        await Round(fileFirst: false);
        await Round(fileFirst: true);
        _measured.Clear();
        for (var round = 1; round <= Rounds; round++)
        {
            await Round(fileFirst: round % 2 == 0);
            var last = Of(AtOnce).Last();
            run.Tell(string.Create(
                CultureInfo.InvariantCulture, $"Round {round} of {Rounds}: {last.Memory:0} messages/s in memory, {last.File:0}/s durable, {InFlight} in flight …"));
        }

        return
        [
            .. Kinds.Select(kind => new Figure($"in memory: {kind.Kind}", Spread.Median(Of(kind.Kind).Select(static m => m.Memory)), "1/s")),
            .. Kinds.Select(kind => new Figure($"durable: {kind.Kind}", Spread.Median(Of(kind.Kind).Select(static m => m.File)), "1/s")),
            Figure.AtLeast($"durable to in memory: {AtOnce}", Spread.Median(Of(AtOnce).Select(static m => m.File / m.Memory)), "ratio", 0.5),
        ];
    }

    private async Task Round(bool fileFirst)
    {
        foreach (var (kind, work) in Kinds)
        {
            var early = fileFirst ? await work(file) : 0;
            var ofMemory = await work(memory);
            _measured.Add((kind, ofMemory, fileFirst ? early : await work(file)));
        }
    }

    private IEnumerable<(string Kind, double Memory, double File)> Of(string kind) => _measured.Where(m => m.Kind == kind);
}
