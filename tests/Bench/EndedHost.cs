namespace Bench;

/// <summary>A host that ends while blocks are under way, and is started again at once.</summary>
internal sealed class EndedHost(HostProcess host, AgreedBlocks blocks, CancellationToken cancellation)
{
    private const int Cases = 20;

    /// <summary>So many blocks the driver admin has got when the host ends: then some are confirmed, some are being ordered, some wait.</summary>
    private const int Before = Cases / 4;

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    /// <param name="end">How the host ends.</param>
    /// <param name="cancellation">Gives it up.</param>
    public static async Task<Restart> Play(Func<HostProcess, Task> end, CancellationToken cancellation)
    {
        await using var site = await Site.Prepare(cancellation);
        var world = await site.Sandbox(new(), cancellation);
        await using var host = new HostProcess(site, world.BaseAddress);
        await host.Start(cancellation);
        using var blocks = new AgreedBlocks(host.Address, world, Cases);
        await blocks.Seed(0, 2 * Cases, cancellation);
        var ended = new EndedHost(host, blocks, cancellation);
        await ended.Last(await ended.File(first: Cases)); // a warm host is what is killed
        await host.WhenIdle(cancellation);
        return await ended.After(() => end(host));
    }

    private async Task<Restart> After(Func<Task> end)
    {
        var asked = await blocks.Asked(cancellation);
        var filing = File(first: 0);
        while (await blocks.Asked(cancellation) < asked + Before)
        {
            await Task.Delay(Look, cancellation);
        }

        var ended = TimeProvider.System.GetUtcNow();
        await end();
        var gone = TimeProvider.System.GetUtcNow();
        await host.Start(cancellation);
        var back = TimeProvider.System.GetUtcNow();

        // Whom nobody answered, the CRM sends again.
        var filed = await filing;
        var all = await Task.WhenAll(filed.Select(async (block, number) => block ?? await blocks.FileAgain(number, cancellation)));
        return new(gone - ended, back - ended, await Last(all) - ended);
    }

    private async Task<DateTimeOffset> Last(IEnumerable<AgreedBlock?> filed) => (await Task.WhenAll(filed.Select(block => blocks.ConfirmedAt(block!, cancellation)))).Max();

    private Task<AgreedBlock?[]> File(int first) => Task.WhenAll(Enumerable.Range(first, Cases).Select(async number =>
    {
        try
        {
            return await blocks.File(number, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or NotMeasuredException)
        {
            return null; // the host was gone, or going
        }
    }));
}

/// <summary>How long it took from a host's kill, or from the signal that asked it to end.</summary>
/// <param name="Gone">Until its process had ended.</param>
/// <param name="Back">Until it answered again.</param>
/// <param name="Last">Until the last block was confirmed that was under way.</param>
internal sealed record Restart(TimeSpan Gone, TimeSpan Back, TimeSpan Last);
