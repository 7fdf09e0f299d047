namespace LocalHost.Durable.Storage;

/// <summary>
/// Text of any length in a row. A table's cell has at most 64 KiB: what is longer as UTF-16 is compressed, and what is longer then is kept outside
/// of the row.
/// </summary>
internal static class RowText
{
    private const int LongestInCell = 32_000;
    private const int MostBytesInCell = 60_000;

    public static bool IsLong(string? text) => text?.Length > LongestInCell;

    /// <summary>No text is written as an empty one, because a merge could not remove it.</summary>
    /// <param name="values">The row's values.</param>
    /// <param name="name">The name among them.</param>
    /// <param name="text">The text.</param>
    /// <param name="run">The run it goes with where it is large; null: it goes with its row.</param>
    public static void Write(Dictionary<string, object> values, string name, string? text, RunName? run)
    {
        if (!IsLong(text))
        {
            values[name] = text ?? string.Empty;
            return;
        }

        var packed = PackedText.Pack(text!);
        values[name] = packed.Length <= MostBytesInCell ? packed : new LargeText(run, packed);
    }

    /// <exception cref="InvalidOperationException">The text is among the large values and was not fetched.</exception>
    public static string? Read(TaskHubRow row, string name) => row.Values.GetValueOrDefault(name) switch
    {
        byte[] reference when PackedText.IsReference(reference, out var outside) =>
            throw new InvalidOperationException($"{name} of the row '{row.Key}' is outside of it, as '{outside}', and was not fetched."),
        byte[] packed => PackedText.Unpack(packed),
        string { Length: LongestInCell } first when row.Number($"{name}_more") is > 0 and var more =>
            string.Concat(Enumerable.Range(1, more).Select(n => row.Text($"{name}_{n}")).Prepend(first)), // as rows were written before
        string { Length: > 0 } text => text,
        _ => null,
    };
}
