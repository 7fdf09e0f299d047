namespace LocalHost.Durable.Storage;

/// <summary>Text of any length in a row: cut into values of at most 32,000 characters, because a table's string may have 64 KiB of UTF-16.</summary>
internal static class RowText
{
    private const int Piece = 32_000;

    /// <summary>The most text one row can hold, with room left for its other values.</summary>
    public const int Most = 480_000;

    /// <summary>No text is written as an empty one, because a merge could not remove it.</summary>
    public static void Write(Dictionary<string, object> values, string name, string? text)
    {
        text ??= string.Empty;
        values[name] = text.Length <= Piece ? text : text[..Piece];
        var more = 0;
        for (var at = Piece; at < text.Length; at += Piece)
        {
            values[$"{name}_{++more}"] = text.Substring(at, Math.Min(Piece, text.Length - at));
        }

        values[More(name)] = more;
    }

    public static string? Read(TaskHubRow row, string name)
    {
        var more = row.Number(More(name));
        return more == 0
            ? row.Text(name)
            : string.Concat(Enumerable.Range(1, more).Select(n => row.Text($"{name}_{n}")).Prepend(row.Text(name)));
    }

    private static string More(string name) => $"{name}_more";
}
