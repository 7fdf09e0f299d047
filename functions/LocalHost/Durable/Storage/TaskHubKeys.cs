namespace LocalHost.Durable.Storage;

/// <summary>The keys of a shard's rows.</summary>
internal static class TaskHubKeys
{
    public const string Epoch = "epoch";
    private const string StatusPrefix = "status|";
    public const string MessagePrefix = "message|";

    public static RowRange Statuses { get; } = RowRange.Prefix(StatusPrefix);

    public static RowRange Messages { get; } = RowRange.Prefix(MessagePrefix);

    public static string Shard(int number) => $"{number:D2}";

    public static string Status(string instanceId) => $"{StatusPrefix}{InstanceIds.Escape(instanceId)}";

    /// <summary>The instance a status row is of.</summary>
    public static string InstanceOf(string statusKey) => InstanceIds.Unescape(statusKey[StatusPrefix.Length..]);

    public static RowRange StatusesOf(string instanceIdPrefix) => RowRange.Prefix($"{StatusPrefix}{InstanceIds.Escape(instanceIdPrefix)}");

    /// <param name="instanceId">The instance.</param>
    /// <param name="executionId">Its run.</param>
    /// <param name="number">Counts the rows of the run from 1; a turn takes one, or more where it is large.</param>
    public static string Turn(string instanceId, string executionId, int number) =>
        $"turn|{InstanceIds.Escape(instanceId)}|{executionId}|{number:D8}";

    public static RowRange TurnsOf(string instanceId, string executionId) => RowRange.Prefix($"turn|{InstanceIds.Escape(instanceId)}|{executionId}|");

    public static RowRange TurnsOf(string instanceId) => RowRange.Prefix($"turn|{InstanceIds.Escape(instanceId)}|");

    /// <summary>The part of a message's key that ascends with time.</summary>
    public static string SequenceOf(string messageKey) => messageKey[(messageKey.LastIndexOf('|') + 1)..];

    /// <param name="instanceId">The instance whose turn, or whose client, wrote the message.</param>
    /// <param name="sequence">Ascends with time.</param>
    public static string Message(string instanceId, long sequence) => $"{MessagePrefix}{InstanceIds.Escape(instanceId)}|{sequence:D19}";

    public static bool IsMessage(string key) => key.StartsWith(MessagePrefix, StringComparison.Ordinal);
}
