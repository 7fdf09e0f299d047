namespace LocalHost.Sandbox;

/// <summary>Signed webhooks to be sent now, in the order given or shuffled, some of them twice.</summary>
public sealed record WebhookBatch
{
    private const int MostWebhooks = 1_000;
    private const int MostSent = 10_000;
    private const int MostAtOnce = 256;

    /// <summary>Each with its own target, secret, timestamp and repeats; 1 to 1,000.</summary>
    public required IReadOnlyList<WebhookOrder> Webhooks { get; init; }

    /// <summary>Draws the order; null: as given, repeats and duplicates right behind their first.</summary>
    public int? ShuffleSeed { get; init; }

    /// <summary>The share of the webhooks that is sent once more, 0 to 1; above 0 at least one is. The seed draws which.</summary>
    public double Duplicates { get; init; }

    /// <summary>How many are under way at the same time, 1 to 256; 1: each waits for the answer of the one before.</summary>
    public int AtOnce { get; init; } = 1;

    /// <summary>What is wrong with this batch, in words that name the field and what is allowed.</summary>
    internal IReadOnlyList<string> Problems()
    {
        if (Webhooks is null or { Count: < 1 or > MostWebhooks })
        {
            return [$"webhooks must hold 1 to {MostWebhooks}"];
        }

        (bool Wrong, string Problem)[] checks =
        [
            (Webhooks.Sum(w => w?.Repeat ?? 0) > MostSent, $"the webhooks and their repeats must be {MostSent} at most"),
            (Duplicates is not (>= 0 and <= 1), "duplicates must be 0 to 1"),
            (AtOnce is < 1 or > MostAtOnce, $"atOnce must be 1 to {MostAtOnce}"),
        ];
        return
        [
            .. Webhooks.SelectMany((w, i) => (w?.Problems() ?? ["is null"]).Select(p => $"webhooks[{i}]: {p}")),
            .. checks.Where(c => c.Wrong).Select(c => c.Problem),
        ];
    }

    /// <summary>Which webhook goes out at each place, by its index in <see cref="Webhooks"/>; the same for the same batch.</summary>
    internal IReadOnlyList<int> Order()
    {
        var draws = new Draws(ShuffleSeed ?? 0);
        int[] drawn = [.. Enumerable.Range(0, Webhooks.Count)];
        draws.Shuffle(drawn);
        var twice = drawn.Take(Duplicates > 0 ? Math.Max(1, (int)Math.Round(Duplicates * Webhooks.Count)) : 0).ToHashSet();

        int[] order = [.. Webhooks.SelectMany((w, i) => Enumerable.Repeat(i, w.Repeat + (twice.Contains(i) ? 1 : 0)))];
        if (ShuffleSeed is not null)
        {
            draws.Shuffle(order);
        }

        return order;
    }
}

/// <summary>What became of one webhook that was sent; these come in the order of sending.</summary>
/// <param name="Webhook">Its index in the batch.</param>
/// <param name="Answer">The target's answer; null when there was none.</param>
/// <param name="Problem">Why there was none.</param>
public sealed record WebhookAnswer(int Webhook, TargetAnswer? Answer, string? Problem);
