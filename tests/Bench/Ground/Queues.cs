namespace Bench.Ground;

/// <summary>The queues of every broker that is measured, all with what the official emulator sets unless told otherwise.</summary>
internal static class Queues
{
    /// <summary>Empty between two measurements.</summary>
    public const string Empty = "empty";

    /// <summary>Few messages wait in it.</summary>
    public const string Short = "short";

    /// <summary>Very many wait in it.</summary>
    public const string Long = "long";

    public static IReadOnlyList<string> All { get; } = [Empty, Short, Long];
}
