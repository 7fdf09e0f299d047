using System.Collections.Concurrent;

namespace LocalHost.Durable.Engine;

/// <summary>
/// Events between orchestrations whose message rows are stored still, by source. A crash would deliver them again, so a receiver that continues as
/// new must go on knowing which of them it had.
/// </summary>
internal sealed class StoredEvents
{
    private readonly ConcurrentDictionary<string, byte> _sources = new(StringComparer.Ordinal);

    public bool Contains(string source) => _sources.ContainsKey(source);

    /// <summary>Before the row is stored, or where it was found, before anything of it is delivered.</summary>
    public void Add(MessageRow row)
    {
        foreach (var source in row.Sources)
        {
            _sources[source] = 0;
        }
    }

    /// <summary>The row is gone.</summary>
    public void Remove(MessageRow row)
    {
        foreach (var source in row.Sources)
        {
            _sources.TryRemove(source, out _);
        }
    }
}
