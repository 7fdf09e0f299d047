namespace LocalHost.Durable.Storage;

/// <summary>
/// How large values are named: what goes together is in one folder. An instance's folder ends in ~, which an escaped id does not: so an id that
/// is a dot, or ends in one, makes no path that a URL would shorten.
/// </summary>
internal static class LargeNames
{
    /// <summary>What belongs to a run: its input, output and history.</summary>
    public static string OfRun(int shard, RunName run) => $"{OfInstance(shard, run.InstanceId)}{run.ExecutionId}/";

    /// <summary>What belongs to the instance, in all its runs.</summary>
    public static string OfInstance(int shard, string instanceId) => $"{Runs(shard)}{InstanceIds.Escape(instanceId)}~/";

    /// <summary>What belongs to a row of messages. The instance in its key may be gone before they have arrived.</summary>
    public static string OfMessages(int shard, string key)
    {
        var parts = key.Split('|');
        return $"{Messages(shard)}{parts[1]}~/{parts[2]}/";
    }

    public static string Runs(int shard) => $"runs/{TaskHubKeys.Shard(shard)}/";

    public static string Messages(int shard) => $"messages/{TaskHubKeys.Shard(shard)}/";

    /// <summary>A name that nothing ever had.</summary>
    public static string New(string folder) => $"{folder}{Guid.NewGuid().ToString("N")}";

    /// <summary>The key of the row that a value is for, and the run the row must be in; null for a name that is not one of ours.</summary>
    public static (string Key, string? Run)? RowOf(string name) => name.Split('/') switch
    {
        ["runs", _, [.. var escaped, '~'], var run, _] => (TaskHubKeys.Status(InstanceIds.Unescape(escaped)), run),
        ["messages", _, [.. var escaped, '~'], var sequence, _] => ($"{TaskHubKeys.MessagePrefix}{escaped}|{sequence}", null),
        _ => null,
    };

    /// <summary>The instance in a name.</summary>
    public static string InstanceOf(string name) => name.Split('/') is [_, _, [.. var escaped, '~'], ..] ? InstanceIds.Unescape(escaped) : name;
}
