namespace LocalHost.Durable.Storage;

/// <summary>A row: text, numbers, truth values, instants (UTC) and bytes by name. The tag changes with every write.</summary>
public sealed record TaskHubRow(string Key, IReadOnlyDictionary<string, object> Values, string? Tag = null)
{
    public string? Text(string name) => Values.TryGetValue(name, out var value) && value is string { Length: > 0 } text ? text : null;

    public int Number(string name) => Values.TryGetValue(name, out var value) && value is int number ? number : 0;

    public long LongNumber(string name) => Values.TryGetValue(name, out var value) && value is long number ? number : 0;

    public bool Flag(string name) => Values.TryGetValue(name, out var value) && value is true;

    public DateTimeOffset? Instant(string name) => Values.TryGetValue(name, out var value) && value is DateTimeOffset instant ? instant : null;
}

/// <summary>What happens to a row in a commit.</summary>
public enum RowChangeKind
{
    /// <summary>A conflict where the row exists.</summary>
    Insert,

    /// <summary>Writes these values, keeps the others; makes the row where it does not exist.</summary>
    Merge,

    /// <summary>Writes exactly these values, whatever was there.</summary>
    Replace,

    /// <summary>A conflict where the row does not exist.</summary>
    Delete,
}

public sealed record RowChange(RowChangeKind Kind, TaskHubRow Row)
{
    private static readonly Dictionary<string, object> NoValues = [];

    public static RowChange Insert(string key, IReadOnlyDictionary<string, object> values) => new(RowChangeKind.Insert, new(key, values));

    public static RowChange Merge(string key, IReadOnlyDictionary<string, object> values) => new(RowChangeKind.Merge, new(key, values));

    public static RowChange Replace(string key, IReadOnlyDictionary<string, object> values) => new(RowChangeKind.Replace, new(key, values));

    public static RowChange Delete(string key) => new(RowChangeKind.Delete, new(key, NoValues));
}

/// <summary>Rows with From ≤ key &lt; Before.</summary>
public sealed record RowRange(string From, string Before)
{
    /// <summary>Only these values are needed; null: all.</summary>
    public IReadOnlyList<string>? Values { get; init; }

    /// <summary>Only rows in which this value is true.</summary>
    public string? WhereTrue { get; init; }

    /// <summary>All keys that begin so.</summary>
    public static RowRange Prefix(string prefix) => new(prefix, prefix[..^1] + (char)(prefix[^1] + 1));
}

/// <summary>A commit was refused, for one of its rows or for its size; nothing was changed, and the same would be refused again.</summary>
public sealed class TaskHubRefusedException(string message, int? change, bool exists, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Which of the changes it was; null: the guard, or unknown.</summary>
    public int? Change { get; } = change;

    /// <summary>The row exists already.</summary>
    public bool Exists { get; } = exists;
}
