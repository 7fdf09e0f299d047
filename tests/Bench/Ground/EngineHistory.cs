using Azure.Data.Tables;

namespace Bench.Ground;

/// <summary>What the official provider has stored of an instance.</summary>
internal sealed record EngineHistory(int Events, int Activities, int Timers, int Turns)
{
    public static async Task<EngineHistory> Of(string instance, TableServiceClient tables, CancellationToken cancellation)
    {
        const string KindColumn = "EventType";
        var kinds = new List<string>();
        var history = tables.GetTableClient($"{Site.Hub}History");
        await foreach (var row in history.QueryAsync<TableEntity>(row => row.PartitionKey == instance, cancellationToken: cancellation))
        {
            if (row.GetString(KindColumn) is { } kind)
            {
                kinds.Add(kind);
            }
        }

        return new(kinds.Count, Of("TaskScheduled"), Of("TimerCreated"), Of("OrchestratorStarted"));

        int Of(string kind) => kinds.Count(one => one == kind);
    }
}
