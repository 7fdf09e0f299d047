using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Model.Tests.Fuzz;
using Penalties.Intake;
using Xunit.Abstractions;

namespace Model.Tests;

/// <summary>
/// Mutated bodies and headers thrown at the function that takes webhooks: no fault leaves it, nothing is stored that is not valid, and what is
/// personal stands among the contacts and nowhere else. FUZZ_SEED and FUZZ_COUNT ask for others and for more.
/// </summary>
public sealed class WebhookFuzz(ITestOutputHelper output)
{
    private static readonly long Seed = Setting("FUZZ_SEED", 20260918);
    private static readonly long Count = Setting("FUZZ_COUNT", 50_000);

    private static readonly string[] Outcomes =
    [
        CaseIntake.Filed, CaseIntake.Updated, CaseIntake.Duplicate, CaseIntake.Linked, "rejected", "refused", Reception.Ignored, TicketFetch.Fetching,
        "401", "404", "413",
    ];

    [Fact]
    public async Task Whatever_is_sent_is_answered_and_nothing_is_stored_that_is_not_valid_or_personal_where_it_must_not_be()
    {
        ConcurrentDictionary<string, long> outcomes = new();
        ConcurrentDictionary<string, string> broken = new();
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0L, (Count + FuzzedWebhook.InRound - 1) / FuzzedWebhook.InRound, async (round, _) =>
        {
            foreach (var (outcome, times) in await Play(round, broken))
            {
                outcomes.AddOrUpdate(outcome, times, (_, before) => before + times);
            }
        });

        output.WriteLine($"{Count:N0} webhooks of seed {Seed} in {watch.Elapsed.TotalSeconds:N1} s");
        output.WriteLine(string.Join('\n', outcomes.OrderByDescending(one => one.Value).Select(one => $"{one.Value,9:N0} {one.Key}")));
        Assert.True(broken.IsEmpty, string.Join("\n\n", broken.Values));
        Assert.Empty(Outcomes.Except(outcomes.Keys));
        Assert.True(Outcomes.Except(["401", "404", "413"]).Sum(outcome => outcomes[outcome]) > Count / 2, "Fewer than half of the webhooks were signed.");
    }

    /// <summary>Plays a round. What breaks is told once, by the shortest webhooks that show it.</summary>
    private static async Task<IReadOnlyDictionary<string, int>> Play(long round, ConcurrentDictionary<string, string> broken)
    {
        var now = TimeProvider.System.GetUtcNow();
        var first = round * FuzzedWebhook.InRound;
        var many = (int)Math.Min(FuzzedWebhook.InRound, Count - first);
        List<FuzzedWebhook> webhooks = [.. Enumerable.Range(0, many).Select(i => FuzzedWebhook.Of(Seed, first + i, now))];
        try
        {
            return await Round.Play(webhooks);
        }
        catch (BrokenPromiseException fault)
        {
            if (broken.TryAdd(fault.What, ""))
            {
                var shortest = await Shortest.Of(webhooks, fault);
                var where = fault.Number is { } number ? $"webhook {number}" : $"webhooks {first} to {first + many - 1}";
                broken[fault.What] = $"FUZZ_SEED={Seed}, {where}: {FuzzedWebhook.Printable($"{fault}")}\nThe shortest that shows it:\n{shortest}";
            }

            return new Dictionary<string, int>();
        }
    }

    private static long Setting(string name, long usual) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? long.Parse(text, CultureInfo.InvariantCulture) : usual;
}
