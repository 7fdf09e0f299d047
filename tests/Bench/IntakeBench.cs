using Azure.Data.Tables;
using LocalHost.Sandbox;

namespace Bench;

/// <summary>
/// What filing a case costs, up to the 202: webhooks at full speed, in rounds with raw table inserts and bare starts round about them. What they start is
/// held back, in both apps. A rate means little on a shared machine; the rates of one round do, compared with each other.
/// </summary>
internal static class IntakeBench
{
    private const int Rounds = 4;
    private const int WarmUp = 100;

    private static readonly int[] Senders = [1, 16, 64];

    private static readonly Option<int> Webhooks = Measurement.Count("--webhooks", $"Webhooks at each number of senders, in {Rounds} rounds", 400, 40, 20_000);

    public static readonly Measurement Is = new(
        "intake", "How many webhooks a second are filed beside bare starts and raw inserts, how long each waits, what each costs", Measure, Webhooks);

    private static async Task<IReadOnlyList<Figure>> Measure(Run run)
    {
        run.Tell("Starting Azurite and both hosts …");
        var never = new TaskCompletionSource();
        await using var site = await Site.Prepare(run.Cancellation);
        var host = await site.Product(Held(), Site.Nowhere, run.Cancellation);
        var bare = await site.Bare(Held(), run.Cancellation);
        using var crm = new WebhookLoad(host.BaseAddress, new CrmAccount(), host.Clock.GetUtcNow(), Senders.Max());
        using var starts = new BareStarts(bare.BaseAddress, Senders.Max());

        run.Tell("Warming up …");
        await Sending.AtOnce(Senders.Max(), 0, WarmUp, crm.Send, run.Cancellation);
        await Sending.AtOnce(Senders.Max(), 0, WarmUp, Start, run.Cancellation);
        using var raw = await RawInserts.Create(site.Storage.ConnectionString, Senders.Max(), run.Cancellation);
        await Sending.AtOnce(Senders.Max(), 0, WarmUp, raw.Insert, run.Cancellation);

        var (size, next) = (run.Given.GetValue(Webhooks) / Rounds, WarmUp);
        var measured = new List<IntakeRound>();
        foreach (var senders in Senders)
        {
            for (var number = 0; number < Rounds; number++, next += size)
            {
                var round = await IntakeRound.Play(senders, next, size, crm, Start, raw, site.Requests, run.Cancellation);
                run.Tell($"{Of(senders)}: {round}");
                measured.Add(round);
            }
        }

        await AllStarted("penaltiesInstances", next);
        await AllStarted("bareInstances", next);
        return [.. Senders.SelectMany(senders => Figures(Of(senders), [.. measured.Where(round => round.Senders == senders)])), .. Costs(measured)];

        FunctionsHostOptions Held() => new()
        {
            Clock = BusinessClock.Frozen(TimeProvider.System.GetUtcNow()),
            MayRun = never.Task,
            // The provider reads ahead, messages and histories: here it need not.
            Settings = new Dictionary<string, string?> { [$"{Site.DurableTask}storageProvider__controlQueueBufferThreshold"] = "1" },
        };

        Task Start(int number, CancellationToken cancellation) => starts.Send(number, activities: 0, timers: 0, cancellation);

        // A webhook is answered 202 when its start could only be written down for later, too.
        async Task AllStarted(string table, int expected)
        {
            var there = 0;
            var instances = new TableServiceClient(site.OfEngine).GetTableClient(table);
            await foreach (var _ in instances.QueryAsync<TableEntity>(select: [nameof(TableEntity.PartitionKey)], cancellationToken: run.Cancellation))
            {
                there++;
            }

            if (there != expected)
            {
                throw new NotMeasuredException($"{there} of {expected} orchestrations were started ({table}).");
            }
        }
    }

    private static string Of(int senders) => senders == 1 ? "1 sender" : $"{senders} senders";

    private static IEnumerable<Figure> Figures(string senders, IReadOnlyList<IntakeRound> rounds)
    {
        var webhooks = All(static round => round.Webhooks);
        return
        [
            new($"webhooks, {senders}", webhooks.PerSecond, "1/s"),
            new($"bare starts, {senders}", All(static round => round.Starts).PerSecond, "1/s"),
            new($"raw inserts, {senders}", All(static round => round.Inserts).PerSecond, "1/s"),
            Figure.AtLeast($"webhooks to bare starts, {senders}", Spread.Median(rounds.Select(static round => round.Webhooks.PerSecond / round.Starts.PerSecond)), "ratio", 0.4),
            new($"webhooks to raw inserts, {senders}", Spread.Median(rounds.Select(static round => round.Webhooks.PerSecond / round.Inserts.PerSecond)), "ratio"),
            new($"answer to a webhook, {senders}, p50", Spread.Percentile(webhooks.Waits, 50), "ms"),
            new($"answer to a webhook, {senders}, p99", Spread.Percentile(webhooks.Waits, 99), "ms"),
        ];

        Sending All(Func<IntakeRound, Sending> part) => rounds.Select(part).Aggregate(static (one, other) => one + other);
    }

    private static IEnumerable<Figure> Costs(IReadOnlyList<IntakeRound> rounds)
    {
        double many = rounds.Sum(static round => round.Webhooks.Waits.Count);
        return
        [
            Figure.AtMost("the app's storage requests a webhook", rounds.Sum(static round => round.OfWebhooks.App) / many, "requests", 3),
            new("the engine's storage requests a webhook", rounds.Sum(static round => round.OfWebhooks.Engine) / many, "requests"),
            new("the engine's storage requests a bare start", rounds.Sum(static round => round.OfStarts.Engine) / many, "requests"),
        ];
    }
}
