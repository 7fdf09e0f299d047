using System.Diagnostics;

namespace Model.Tests.Fuzz;

/// <summary>Finds the fewest webhooks, with the shortest bodies, that still break the same promise.</summary>
internal static class Shortest
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<string> Of(IReadOnlyList<FuzzedWebhook> round, BrokenPromiseException broken)
    {
        var watch = Stopwatch.StartNew();
        var webhooks = round.TakeWhile(webhook => broken.Number is null || webhook.Number <= broken.Number).ToList();
        if (!await IsBroken(webhooks))
        {
            return "none: played again, the round broke nothing.";
        }

        webhooks = await Fewer(webhooks, watch, IsBroken);
        for (var i = 0; i < webhooks.Count; i++)
        {
            var at = i;
            if (webhooks[at].Envelope.Source == Envelope.Thin)
            {
                var told = await Fewer([.. webhooks[at].Told], watch, members => IsBroken(With(at, webhook => webhook with { Told = members })));
                webhooks = With(at, webhook => webhook with { Told = told });
            }

            var body = await Fewer([.. webhooks[at].Body], watch, bytes => IsBroken(With(at, webhook => webhook with { Body = [.. bytes] })));
            webhooks = With(at, webhook => webhook with { Body = [.. body] });
        }

        return string.Join('\n', webhooks);

        List<FuzzedWebhook> With(int at, Func<FuzzedWebhook, FuzzedWebhook> change) =>
            [.. webhooks.Select((webhook, i) => i == at ? change(webhook) : webhook)];

        async Task<bool> IsBroken(List<FuzzedWebhook> some)
        {
            try
            {
                await Round.Play(some);
                return false;
            }
            catch (BrokenPromiseException again)
            {
                return again.What == broken.What;
            }
        }
    }

    /// <summary>Leaves out ever smaller parts as long as it stays broken.</summary>
    private static async Task<List<T>> Fewer<T>(List<T> all, Stopwatch watch, Func<List<T>, Task<bool>> isBroken)
    {
        for (var size = Math.Max(1, all.Count / 2); ; size = Math.Max(1, size / 2))
        {
            var isShorter = false;
            for (var from = 0; from < all.Count && watch.Elapsed < Patience;)
            {
                List<T> rest = [.. all.Take(from), .. all.Skip(from + size)];
                if (await isBroken(rest))
                {
                    (all, isShorter) = (rest, true);
                }
                else
                {
                    from += size;
                }
            }

            if (size == 1 && !isShorter)
            {
                return all;
            }
        }
    }
}
