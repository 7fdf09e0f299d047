namespace LocalHost.Durable.Storage;

/// <summary>An input, output, event or status is larger than the store can hold.</summary>
internal sealed class RowTooLargeException : Exception
{
    private RowTooLargeException(string what, int length, int most)
        : base($"{what} is too large: {length} characters of JSON, {most} is the most. Keep large data elsewhere and pass its id.")
    {
    }

    /// <exception cref="RowTooLargeException">It is longer than that.</exception>
    public static void Check(int length, string what, int most = RowText.Most)
    {
        if (length > most)
        {
            throw new RowTooLargeException(what, length, most);
        }
    }
}
