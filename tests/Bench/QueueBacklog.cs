namespace Bench;

/// <summary>What a message that waits costs: its memory, and what a queue in which very many wait loses against one in which few do.</summary>
internal static class QueueBacklog
{
    private const int Few = 1_000;
    private const int Rounds = 11;
    private const int InFlight = 50;

    /// <summary>Sent and completed in a round, so that as many wait afterwards as before.</summary>
    private const int Passing = 1_000;

    /// <param name="run">The bench.</param>
    /// <param name="broker">Both of its queues are empty.</param>
    /// <param name="kept">How it keeps messages, in words.</param>
    /// <param name="many">How many wait in the long queue.</param>
    public static async Task<IReadOnlyList<Figure>> Measure(Run run, BrokerProcess broker, string kept, int many)
    {
        await using var client = broker.Client();
        await using var few = new QueueLoad(client, Queues.Short);
        await using var full = new QueueLoad(client, Queues.Long);
        run.Tell($"{many} messages that wait, {kept} …");
        await few.SendBatches(Few, run.Cancellation);
        await Pass(few);
        var before = await broker.Memory(run.Cancellation);
        await full.SendBatches(many, run.Cancellation);
        var message = (await broker.Memory(run.Cancellation) - before) / 1024.0 / many;
        await Pass(full);

        var (ofFew, ofMany) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            foreach (var turn in (bool[])[round % 2 == 0, round % 2 != 0])
            {
                (turn ? ofFew : ofMany).Add(await Pass(turn ? few : full));
            }
        }

        run.Tell(string.Create(CultureInfo.InvariantCulture, $"{kept}: {message:0.00} KB a message, the last round {ofFew[^1]:0}/s beside few, {ofMany[^1]:0}/s beside many …"));
        return
        [
            new($"{kept}: sent and completed where {Few} wait", Spread.Median(ofFew), "1/s"),
            new($"{kept}: sent and completed where {many} wait", Spread.Median(ofMany), "1/s"),
            Figure.AtLeast($"{kept}: where {many} wait to where {Few} wait", Spread.Median(ofMany.Zip(ofFew, static (one, other) => one / other)), "ratio", 0.8),
            Figure.AtMost($"{kept}: memory of a message of 1 KB that waits", message, "KB", 3),
        ];

        async Task<double> Pass(QueueLoad load)
        {
            var sent = await load.Send(InFlight, Passing, run.Cancellation);
            var completed = await load.Complete(Passing, run.Cancellation);
            return 1 / (1 / sent + 1 / completed);
        }
    }
}
