using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

/// <summary>The stored side of the engine: which shard an instance is in, its status, its history, and the shards' writers.</summary>
internal sealed partial class TaskHub
{
    private readonly ITaskHubStore _store;
    private readonly ShardWriter[] _writers;
    private readonly LargeTexts _large;
    private readonly ILogger _log;
    private long _sequence;

    public TaskHub(
        ITaskHubStore store, DurableEngineOptions options, DurableMetrics metrics, Action<TaskHubOwnershipLostException> onLost, ILoggerFactory loggers)
    {
        _store = store;
        var owner = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";
        _log = loggers.CreateLogger<TaskHub>();
        _large = new(store.LargeValues, options.StorageRetryDelay, _log);
        var turns = new CommitTurns();
        _writers = [.. Enumerable.Range(0, options.PartitionCount).Select(TaskHubKeys.Shard).Select(Writer)];

        ShardWriter Writer(string shard) =>
            new(shard, new ShardGuard(store, shard, owner, options.PartitionCount, options.StorageRetryDelay, _log), turns, StoredEvents, metrics, onLost, _log);
    }

    public int Shards => _writers.Length;

    public StoredEvents StoredEvents { get; } = new();

    public async Task OpenAsync(CancellationToken cancellation)
    {
        await _store.OpenAsync(cancellation);
        await Task.WhenAll(_writers.Select(writer => writer.OpenAsync(cancellation)));
        await _large.OpenAsync(cancellation);
    }

    public async Task CloseAsync(TimeSpan grace)
    {
        await Task.WhenAll(_writers.Select(writer => writer.CloseAsync(grace)));
        await _large.CloseAsync(grace);
    }

    public int ShardOf(string instanceId) => InstanceIds.Shard(instanceId, _writers.Length);

    public Task CommitAsync(int shard, params IReadOnlyList<RowChange> changes) =>
        _large.Concern(shard, changes) ? CommitLargeAsync(shard, changes) : _writers[shard].CommitAsync(changes);

    public void DeleteLater(int shard, string key) => _writers[shard].DeleteLater(key, null);

    public void DeleteLater(MessageRow row)
    {
        if (_large.OfMessages(row.Shard, row.Key) is { Count: > 0 } texts)
        {
            // Not later: a message that is delivered again must be whole.
            _large.Delete(texts, DeleteAsync(row));
        }
        else
        {
            _writers[row.Shard].DeleteLater(row.Key, row);
        }
    }

    /// <summary>Ascends with every call, also over restarts of the host.</summary>
    public long NextSequence()
    {
        while (true)
        {
            var last = Interlocked.Read(ref _sequence);
            var next = Math.Max(last + 1, TimeProvider.System.GetUtcNow().Ticks);
            if (Interlocked.CompareExchange(ref _sequence, next, last) == last)
            {
                return next;
            }
        }
    }

    /// <summary>The whole status.</summary>
    /// <exception cref="InvalidDataException">One of its large texts is gone.</exception>
    public Task<StatusRow?> FindStatusAsync(string instanceId, CancellationToken cancellation = default) =>
        FindStatusAsync(instanceId, null, cancellation);

    /// <summary>The status without those of its texts that are not in the row: input, output, custom status, failure.</summary>
    public Task<StatusRow?> FindStateAsync(string instanceId, CancellationToken cancellation = default) =>
        FindStatusAsync(instanceId, StatusRow.Summary, cancellation);

    /// <summary>The history; what a rewind has undone is a <see cref="GenericEvent"/> in it.</summary>
    /// <exception cref="InvalidDataException">The history has not the rows its status tells of, one that can not be read, or whose large text is gone.</exception>
    public async Task<List<HistoryEvent>> LoadHistoryAsync(string instanceId, string executionId, int rows, CancellationToken cancellation = default)
    {
        List<HistoryEvent> events = [];
        var read = 0;
        await foreach (var row in ReadAsync(ShardOf(instanceId), TaskHubKeys.TurnsOf(instanceId, executionId), cancellation))
        {
            events.AddRange(TurnRows.Read(await _large.FetchAsync(row, null, cancellation)));
            read++;
        }

        return read == rows
            ? Rewinding.Effective(events)
            : throw new InvalidDataException($"The history of '{instanceId}' (run {executionId}) has {read} rows; its status row says {rows}.");
    }

    public IAsyncEnumerable<TaskHubRow> ReadAsync(int shard, RowRange range, CancellationToken cancellation) =>
        _store.ReadAsync(TaskHubKeys.Shard(shard), range, cancellation);
}
