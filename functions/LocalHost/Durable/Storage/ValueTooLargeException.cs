using LocalHost.Durable.History;

namespace LocalHost.Durable.Storage;

/// <summary>An input, output, event or status is larger than the engine takes.</summary>
internal sealed class ValueTooLargeException : Exception
{
    /// <summary>The most characters of JSON one value may have.</summary>
    public const int Most = 16 * 1024 * 1024;

    private ValueTooLargeException(string what, long length, int most)
        : base(Text(what, length, most))
    {
    }

    public static string Text(string what, long length, int most = Most) =>
        $"{what} is too large: {length} characters of JSON, {most} is the most. Keep large data elsewhere and pass its id.";

    /// <exception cref="ValueTooLargeException">It is longer than that.</exception>
    public static void Check(long length, string what, int most = Most)
    {
        if (length > most)
        {
            throw new ValueTooLargeException(what, length, most);
        }
    }

    /// <inheritdoc cref="Check(long, string, int)"/>
    public static void Check(HistoryEvent e)
    {
        // The result of one that failed says its failure's message again.
        var length = e is ExecutionCompleted { Failure: { } failure } ? failure.Length : e.PayloadLength;
        if (length > Most)
        {
            throw new ValueTooLargeException($"The text of the history event {e.GetType().Name}", length, Most);
        }
    }
}
