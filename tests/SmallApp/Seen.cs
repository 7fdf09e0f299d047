using System.Collections.Concurrent;

namespace SmallApp;

/// <summary>What functions were given, in the order they ran.</summary>
public sealed class Seen
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public void Add(string line) => _lines.Enqueue(line);
}

/// <summary>A service that tests replace.</summary>
public class Greeting
{
    public virtual string Words => "Hello";
}
