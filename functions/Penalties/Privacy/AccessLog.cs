using System.Runtime.CompilerServices;
using Azure.Data.Tables;

namespace Penalties.Privacy;

/// <summary>
/// Who saw whose data when, from where and what for: table <c>AccessLog</c>, partition = KST month, row = time. Written before anything is shown, so
/// that nothing is seen without a trace. It holds ids of cases, drivers and those who look, no customer's data.
/// </summary>
public sealed class AccessLog(AppTables tables, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Table = "AccessLog";

    /// <summary>Number and name of a customer, masked.</summary>
    public const string Masked = "masked";

    /// <summary>Everything that is known of a customer.</summary>
    public const string Whole = "whole";

    /// <summary>A list taken away as a file.</summary>
    public const string Export = "export";

    /// <summary>The cases of a driver, searched by the driver's id.</summary>
    public const string DriverSearch = "driver-search";

    /// <summary>A webhook body that made no case.</summary>
    public const string RejectedBody = "rejected-body";

    /// <summary>The body of a dead letter that cannot be read.</summary>
    public const string DeadLetterBody = "dead-letter-body";

    /// <summary>A dead letter sent again.</summary>
    public const string DeadLetterReplay = "dead-letter-replay";

    private readonly TableClient _log = tables.Of(Table);

    /// <summary>Keeps what happened at one instant in its order.</summary>
    private int _count;

    /// <param name="what">What was shown.</param>
    /// <param name="caseId">Whose data: a case's, or with a search the driver's; null where it is many people's.</param>
    public Task Record(HttpRequest request, string what, string? caseId, string? reason, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var caller = request.Caller();
        return _log.AddEntityAsync(
            new TableEntity(Month(now), string.Create(CultureInfo.InvariantCulture, $"{now.UtcTicks:D19}|{Interlocked.Increment(ref _count):D9}|{Guid.NewGuid():N}"))
            {
                ["At"] = now,
                ["By"] = caller.Person,
                ["Roles"] = caller.Roles.ToString(),
                ["From"] = request.HttpContext.Connection.RemoteIpAddress?.ToString(),
                ["What"] = what,
                ["CaseId"] = caseId,
                ["Reason"] = reason,
            },
            cancellation);
    }

    /// <summary>The accesses of a month, oldest first.</summary>
    /// <param name="after">Goes on behind the entry of this key.</param>
    public async IAsyncEnumerable<(string Key, AccessEntry Entry)> Read(
        DateOnly month, string? caseId, string? by, string? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var partition = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var start = after ?? "";
        var rows = _log.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey gt {start}"), cancellationToken: cancellation);
        await foreach (var row in rows)
        {
            var entry = new AccessEntry(
                Korea.TimeOf(row.GetDateTimeOffset("At") ?? default), row.GetString("By"), row.GetString("Roles"), row.GetString("From"), row.GetString("What"),
                row.GetString("CaseId"), row.GetString("Reason"));
            if ((caseId is null || entry.CaseId == caseId) && (by is null || entry.By == by))
            {
                yield return (row.RowKey, entry);
            }
        }
    }

    /// <summary>Deletes the entries of months that ended before the instant, at most <paramref name="most"/>.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> DeleteBefore(DateTimeOffset instant, int most, CancellationToken cancellation)
    {
        var month = Month(instant);
        var deleted = 0;
        var pages = _log.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter($"PartitionKey lt {month}"), select: [nameof(ITableEntity.PartitionKey), nameof(ITableEntity.RowKey)], cancellationToken: cancellation);
        await foreach (var row in pages)
        {
            await _log.DeleteEntityAsync(row.PartitionKey, row.RowKey, Azure.ETag.All, cancellation);
            if (++deleted == most)
            {
                break;
            }
        }

        return deleted;
    }

    private static string Month(DateTimeOffset at) => Korea.TimeOf(at).ToString("yyyy-MM", CultureInfo.InvariantCulture);
}

/// <param name="Continuation">Gives the next page; null on the last.</param>
public sealed record AccessPage(IReadOnlyList<AccessEntry> Accesses, string? Continuation)
{
    public static AccessPage Example => new([AccessEntry.Example], Continuation: null);
}

/// <param name="At">KST.</param>
/// <param name="From">Address the request came from.</param>
/// <param name="What">What was shown.</param>
/// <param name="CaseId">Whose: the case, with "rejected-body" the delivery, with a search or export by driver the driver.</param>
public sealed record AccessEntry(DateTimeOffset At, string By, string Roles, string? From, string What, string? CaseId, string? Reason)
{
    public static AccessEntry Example => new(
        new(2026, 9, 18, 22, 40, 0, Korea.Offset), "manager-2", "Manager", "10.0.0.7", "customer", "pr-5k2m8q0v3x7c9d1f", "고객 요청으로 확인");
}
