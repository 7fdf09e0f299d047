namespace Platform.Tests;

/// <summary>How much of the suite is played, and how many hosts run at once.</summary>
internal static class Places
{
    /// <summary>Set by <c>bash tests/run platform --all</c>: every kill is played, not only one of each kind. Another text than 1: those whose name holds it, or one of
    /// several with a bar between.</summary>
    private static readonly string? s_every = Environment.GetEnvironmentVariable("EVERY_KILL");

    private static readonly SemaphoreSlim s_free = new(s_every is null ? 4 : 8);
    private static readonly SemaphoreSlim s_taking = new(1);

    public static IReadOnlyList<string> Played(IEnumerable<string> usual, IEnumerable<string> all) => s_every switch
    {
        null => [.. usual],
        "1" => [.. all],
        var texts => [.. all.Where(name => texts.Split('|').Any(text => name.Contains(text, StringComparison.Ordinal)))],
    };

    /// <summary>Waits for places; they are given back by disposing.</summary>
    /// <param name="hosts">So many at once.</param>
    public static async Task<IDisposable> Take(int hosts)
    {
        // One after another, so that nobody holds some and waits for more.
        await s_taking.WaitAsync();
        for (var taken = 0; taken < hosts; taken++)
        {
            await s_free.WaitAsync();
        }

        s_taking.Release();
        return new Taken(hosts);
    }

    private sealed class Taken(int hosts) : IDisposable
    {
        public void Dispose() => s_free.Release(hosts);
    }
}
