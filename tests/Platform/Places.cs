namespace Platform.Tests;

/// <summary>How much of the suite is played, and how many hosts run at once.</summary>
internal static class Places
{
    /// <summary>Set by <c>bash tests/run platform --all</c>: every kill is played, not only one of each kind. Another text than 1: those whose name holds it, or one of
    /// several with a bar between.</summary>
    private static readonly string? Every = Environment.GetEnvironmentVariable("EVERY_KILL");

    private static readonly SemaphoreSlim Free = new(Every is null ? 4 : 8);
    private static readonly SemaphoreSlim Taking = new(1);

    public static IReadOnlyList<string> Played(IEnumerable<string> usual, IEnumerable<string> all) => Every switch
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
        await Taking.WaitAsync();
        for (var taken = 0; taken < hosts; taken++)
        {
            await Free.WaitAsync();
        }

        Taking.Release();
        return new Taken(hosts);
    }

    private sealed class Taken(int hosts) : IDisposable
    {
        public void Dispose() => Free.Release(hosts);
    }
}
