using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalHost.Durable.Engine;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace Durable.Tests.Kills;

/// <summary>What a hub holds at the end, without times and random ids.</summary>
/// <param name="Ends">Each instance: "order-1: Completed "pick wrap label went"".</param>
/// <param name="Histories">The history of each instance's last run, an event a line; where turns begin and end is left out.</param>
/// <param name="Leftovers">Rows that nobody needs: messages, histories of former runs; large values that no row refers to.</param>
internal sealed partial record HubReport(IReadOnlyList<string> Ends, IReadOnlyList<string> Histories, IReadOnlyList<string> Leftovers)
{
    private static readonly string[] Times = [nameof(HistoryEvent.Timestamp), nameof(TimerCreated.FireAt), nameof(ExecutionStarted.ScheduledStartTime)];

    /// <summary>The commits of an undisturbed run.</summary>
    public IReadOnlyList<string> Commits { get; init; } = [];

    public static async Task<HubReport> ReadAsync(ITaskHubStore store)
    {
        List<string> ends = [], histories = [], leftovers = [];
        var large = new LargeTexts(store.LargeValues, TimeSpan.Zero, NullLogger.Instance);
        var unreferred = (await store.LargeValues.ListAsync(CancellationToken.None)).ToHashSet();
        for (var shard = 0; shard < Script.Shards; shard++)
        {
            List<TaskHubRow> rows = [];
            await foreach (var row in store.ReadAsync(TaskHubKeys.Shard(shard), new(" ", "~"), CancellationToken.None))
            {
                unreferred.ExceptWith(row.Values.Values.Select(static value => PackedText.IsReference(value, out var name) ? name : string.Empty));
                rows.Add(await large.FetchAsync(row, null, CancellationToken.None));
            }

            var statuses = rows.Where(static r => Kind(r) == "status").Select(StatusRow.From).ToList();
            ends.AddRange(statuses.Select(static s => Short($"{s.InstanceId}: {s.Status} {s.Output} {s.CustomStatus} {s.Failure?.ErrorMessage}".TrimEnd())));
            var runs = statuses.Select(static s => s.Start.ExecutionId).ToHashSet();
            var turns = rows.Where(static r => Kind(r) == "turn").ToLookup(r => runs.Contains(r.Key.Split('|')[2]));
            histories.AddRange(turns[true].SelectMany(static r => TurnRows.Read(r).Where(IsOfCode).Select(e => $"{r.Key.Split('|')[1]}: {Words(e)}")));
            leftovers.AddRange(rows.Where(static r => Kind(r) == "message").Concat(turns[false]).Select(static r => RandomId().Replace(r.Key, "*")));
        }

        leftovers.AddRange(unreferred.Select(static name => RandomId().Replace(name, "*")));
        return new(ends, histories, leftovers);
    }

    private static string Kind(TaskHubRow row) => row.Key.Split('|')[0];

    private static bool IsOfCode(HistoryEvent e) => e is not (OrchestratorStarted or OrchestratorCompleted);

    private static string Words(HistoryEvent e)
    {
        var json = JsonSerializer.SerializeToNode(e, HistoryJson.Stored.HistoryEvent)!.AsObject();
        Strip(json);
        return RandomId().Replace(Short(json.ToJsonString(HistoryJson.Stored.Options)), "*");
    }

    private static string Short(string text) => LargeText().Replace(text, static letters => $"{letters.Value[..8]} and so on, {letters.Length}");

    private static void Strip(JsonObject json)
    {
        foreach (var name in Times.Append("StackTrace"))
        {
            json.Remove(name);
        }

        foreach (var inner in json.Select(static p => p.Value).OfType<JsonObject>())
        {
            Strip(inner);
        }
    }

    [GeneratedRegex(@"[\w-]{1000,}")]
    private static partial Regex LargeText();

    [GeneratedRegex("[0-9a-f]{32}")]
    private static partial Regex RandomId();
}
