namespace Durable.Tests.Twins;

/// <summary>Text that does not compress to less than three quarters, the same for the same seed.</summary>
internal static class Letters
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    public static string Of(int length, int seed = 1) => new(new Random(seed).GetItems<char>(Alphabet, length));
}
