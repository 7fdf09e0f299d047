using Azure;
using Azure.Data.Tables;

namespace Penalties;

/// <summary>
/// Small things about the installation as a whole: table <c>Operations</c>, rows <c>switch|sms</c>, <c>cursor|{sweep}</c>, <c>unknocked|{case}</c>, <c>lease|{case}</c>.
/// </summary>
public sealed class OperationTable(AppTables tables)
{
    public const string Name = "Operations";

    private const string Cursor = "cursor";

    private readonly TableClient _operations = tables.Of(Name);

    public async Task<TableEntity?> Find(string kind, string name, CancellationToken cancellation)
    {
        var row = await _operations.GetEntityIfExistsAsync<TableEntity>(kind, name, cancellationToken: cancellation);
        return row.HasValue ? row.Value : null;
    }

    public Task Write(TableEntity row, CancellationToken cancellation) => _operations.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellation);

    /// <returns>False when there is such a row; else the row knows its tag.</returns>
    public Task<bool> TryAdd(TableEntity row, CancellationToken cancellation) => IsFirst(row, _operations.AddEntityAsync(row, cancellation));

    /// <returns>False when the row is not the one with this tag any more.</returns>
    public Task<bool> TryReplace(TableEntity row, ETag tag, CancellationToken cancellation) =>
        IsFirst(row, _operations.UpdateEntityAsync(row, tag, TableUpdateMode.Replace, cancellation));

    public IAsyncEnumerable<TableEntity> All(string kind, CancellationToken cancellation) =>
        _operations.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {kind}"), cancellationToken: cancellation);

    /// <summary>Leaves a row that was written meanwhile.</summary>
    public async Task DeleteUnchanged(TableEntity row, CancellationToken cancellation)
    {
        try
        {
            await _operations.DeleteEntityAsync(row.PartitionKey, row.RowKey, row.ETag, cancellation);
        }
        catch (RequestFailedException changed) when (changed.Status == 412)
        {
            // It stands for something new.
        }
    }

    private static async Task<bool> IsFirst(TableEntity row, Task<Response> writing)
    {
        try
        {
            row.ETag = (await writing).Headers.ETag ?? ETag.All;
            return true;
        }
        catch (RequestFailedException other) when (other.Status is 404 or 409 or 412)
        {
            return false;
        }
    }

    public Task Delete(string kind, string name, CancellationToken cancellation) => _operations.DeleteEntityAsync(kind, name, ETag.All, cancellation);

    /// <summary>Where a sweep that does its work in small windows goes on; null: at the beginning.</summary>
    public async Task<string?> CursorOf(string sweep, CancellationToken cancellation) => (await Find(Cursor, sweep, cancellation))?.GetString("After");

    public Task MoveCursor(string sweep, string? after, CancellationToken cancellation) => after is null
        ? Delete(Cursor, sweep, cancellation)
        : Write(new(Cursor, sweep) { ["After"] = after }, cancellation);
}

/// <summary>The switch that pauses all sending of text messages.</summary>
public sealed class SmsSwitch(OperationTable operations, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    private const string Kind = "switch";
    private const string Name = "sms";

    /// <summary>Who paused it since when; null while messages are sent.</summary>
    public async Task<SmsPause?> Find(CancellationToken cancellation) => await operations.Find(Kind, Name, cancellation) is { } row
        ? new(row.GetString("By"), Korea.TimeOf(row.GetDateTimeOffset("Since") ?? default), row.GetString("Reason"))
        : null;

    public Task Pause(string by, string reason, CancellationToken cancellation) =>
        operations.Write(new(Kind, Name) { ["By"] = by, ["Since"] = clock.GetUtcNow(), ["Reason"] = reason }, cancellation);

    public Task Resume(CancellationToken cancellation) => operations.Delete(Kind, Name, cancellation);
}

/// <param name="Since">KST.</param>
/// <param name="Reason">A short code or sentence of whoever paused it; it is shown to everybody and holds nothing personal.</param>
public sealed record SmsPause(string By, DateTimeOffset Since, string Reason);
