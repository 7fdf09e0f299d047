using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Client;

/// <summary>The instances of a query, shard by shard, by id within a shard; all, or those that are set aside.</summary>
internal sealed class InstancePages(TaskHub hub, OrchestrationQuery query, bool poisonedOnly = false) : AsyncPageable<OrchestrationMetadata>
{
    private readonly HashSet<OrchestrationRuntimeStatus>? _statuses = query.Statuses?.ToHashSet() is { Count: > 0 } some ? some : null;

    public override IAsyncEnumerable<Page<OrchestrationMetadata>> AsPages(string? continuationToken = default, int? pageSizeHint = default)
    {
        var size = pageSizeHint ?? query.PageSize;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size, nameof(query.PageSize));
        return ReadAsync(Position.Parse(continuationToken ?? query.ContinuationToken), size);
    }

    private async IAsyncEnumerable<Page<OrchestrationMetadata>> ReadAsync(
        Position from, int size, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        List<OrchestrationMetadata> page = [];
        var last = from;
        await foreach (var (position, row) in MatchesAsync(from, cancellation))
        {
            // A page is closed when there is one more: so the last one has no token.
            if (page.Count == size)
            {
                yield return new(page, last.ToString());
                page = [];
            }

            page.Add(Metadata.From(row, query.FetchInputsAndOutputs));
            last = position;
        }

        yield return new(page, null);
    }

    private async IAsyncEnumerable<(Position Position, StatusRow Row)> MatchesAsync(
        Position from, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var all = query.InstanceIdPrefix is { Length: > 0 } prefix ? TaskHubKeys.StatusesOf(prefix) : TaskHubKeys.Statuses;
        for (var shard = from.Shard; shard < hub.Shards; shard++)
        {
            var after = shard == from.Shard && string.CompareOrdinal(from.Key, all.From) > 0 ? from.Key : null;
            var range = all with
            {
                From = after ?? all.From,
                Values = query.FetchInputsAndOutputs ? null : StatusRow.Summary,
                WhereTrue = poisonedOnly ? Poison.Flag : null,
            };
            await foreach (var row in hub.ReadAsync(shard, range, cancellation))
            {
                if (row.Key != after && await MatchAsync(row, cancellation) is { } status)
                {
                    yield return (new(shard, row.Key), status);
                }
            }
        }
    }

    private async ValueTask<StatusRow?> MatchAsync(TaskHubRow row, CancellationToken cancellation)
    {
        var status = StatusRow.From(await hub.FetchAsync(row, StatusRow.Summary, cancellation));
        if (!Matches(status) || !query.FetchInputsAndOutputs || !LargeTexts.AreIn(row))
        {
            return Matches(status) ? status : null;
        }

        // Its large texts may go while the page is read: so the row is read with them.
        return await hub.FindStatusAsync(status.InstanceId, cancellation) is { } whole && Matches(whole) ? whole : null;
    }

    private bool Matches(StatusRow row) =>
        (query.CreatedFrom is not { } from || row.Start.Timestamp >= from.UtcDateTime)
        && (query.CreatedTo is not { } to || row.Start.Timestamp <= to.UtcDateTime)
        && (!poisonedOnly || row.Poison is not null)
        && (_statuses is null || _statuses.Contains(row.Status));

    /// <summary>After this row a page goes on.</summary>
    private sealed record Position(int Shard, string Key)
    {
        /// <exception cref="ArgumentException">Not a token of ours.</exception>
        public static Position Parse(string? token)
        {
            if (string.IsNullOrEmpty(token))
            {
                return new(0, string.Empty);
            }

            var buffer = new byte[token.Length];
            var parts = Convert.TryFromBase64String(token, buffer, out var length) ? Encoding.UTF8.GetString(buffer, 0, length).Split('|', 2) : [];
            return parts.Length == 2 && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var shard)
                ? new(shard, parts[1])
                : throw new ArgumentException("The continuation token is not one that a page of instances had.", nameof(token));
        }

        public override string ToString() => Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Shard}|{Key}"));
    }
}
