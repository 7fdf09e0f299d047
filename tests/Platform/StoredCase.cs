using System.Text.Json;
using Azure.Data.Tables;
using Penalties.Cases;
using Penalties.Rules;

namespace Platform.Tests;

/// <summary>A case as it stands in the tables, whatever hosts run.</summary>
internal sealed record StoredCase(PenaltyCase Case, IReadOnlyList<LogEntry> Log)
{
    public bool OwesNothing => Case is { NotesOwed: [], CommentsOwed: [], NoticesOwed: [] };

    /// <summary>Names of the events, as they stand in the log.</summary>
    public IEnumerable<string> Happened => Log.Select(static entry => JsonSerializer.SerializeToElement(entry.Event, CaseJson.Options).GetProperty("$type").GetString()!);

    public static async Task<StoredCase?> Find(HostProcess host, string caseId)
    {
        var table = host.Tables.GetTableClient(host.Prefix + CaseStore.Table);
        var row = await table.GetEntityIfExistsAsync<CaseRow>(caseId, CaseRow.KeyOf(caseId));
        if (!row.HasValue)
        {
            return null;
        }

        var log = new List<LogEntry>();
        await foreach (var entry in table.QueryAsync<LogRow>(TableClient.CreateQueryFilter(
            $"PartitionKey eq {caseId} and RowKey gt {CaseRow.Prefix} and RowKey lt {LogRow.PrefixEnd}")))
        {
            log.AddRange(entry.ToEntries());
        }

        return new(row.Value!.ToCase(), log);
    }
}
