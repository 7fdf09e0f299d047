using System.Collections.Concurrent;
using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Engine;

/// <summary>
/// Rows of a shard that nobody needs any more; they go with its later commits. Nobody would look for them again, so one that is gone already, or an
/// outage, must not keep the others.
/// </summary>
internal sealed class LaterDeletes(StoredEvents stored)
{
    private readonly ConcurrentQueue<(string Key, MessageRow? Messages)> _rows = [];

    public int Count => _rows.Count;

    public void Add(string key, MessageRow? messages) => _rows.Enqueue((key, messages));

    /// <param name="most">So many rows at most.</param>
    /// <param name="written">Rows that the transaction changes already: a purge deletes the same ones, and none may be in it twice.</param>
    public ShardCommit Take(int most, HashSet<string> written)
    {
        List<(string Key, MessageRow? Messages)> rows = [];
        while (rows.Count < most && _rows.TryDequeue(out var row))
        {
            if (!written.Contains(row.Key))
            {
                rows.Add(row);
            }
        }

        return new([.. rows.Select(static row => RowChange.Delete(row.Key))])
        {
            Stored = () => rows.ForEach(Gone),
            Failed = e => Again(rows, e),
        };
    }

    /// <summary>All after an outage; all but the one that is not there after a refusal. Those that the store can not digest are given up.</summary>
    private void Again(List<(string Key, MessageRow? Messages)> rows, Exception e)
    {
        var missing = e is TaskHubRefusedException refused ? refused.Change : -1;
        for (var i = 0; missing is not null && i < rows.Count; i++)
        {
            if (i == missing)
            {
                Gone(rows[i]);
            }
            else
            {
                _rows.Enqueue(rows[i]);
            }
        }
    }

    private void Gone((string Key, MessageRow? Messages) row)
    {
        if (row.Messages is { Sources.Count: > 0 } sent)
        {
            stored.Remove(sent);
        }
    }
}
