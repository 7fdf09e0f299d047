using LocalHost.Durable.Client;
using LocalHost.Durable.Engine;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable;

public sealed partial class DurableEngine
{
    /// <summary>What this engine measures, and no other.</summary>
    internal System.Diagnostics.Metrics.Meter Meter => _metrics.Meter;

    /// <summary>
    /// Lets an instance that is set aside go on from its history, with all the messages that came in meanwhile, in their order. False: there is none,
    /// or it is not set aside.
    /// </summary>
    /// <exception cref="InvalidDataException">Its status row can not be read; says what is wrong with it.</exception>
    public async Task<bool> PutBackAsync(string instanceId, CancellationToken cancellation = default)
    {
        CheckRunning();
        InstanceIds.Check(instanceId);
        Task<bool>? done = null;
        _table.Post(instanceId, instance => OrchestrationInstance.Do(instance.PutBackAsync, out done));
        return await done!.WaitAsync(cancellation);
    }

    /// <summary>The instances of a query; all, or those that are set aside.</summary>
    internal AsyncPageable<OrchestrationMetadata> List(OrchestrationQuery query, bool poisonedOnly)
    {
        CheckRunning();
        return new InstancePages(_parts.Hub, query, poisonedOnly);
    }

    /// <summary>
    /// Delivers stored messages in the order in which they were sent. All of them are known before the first is delivered: an instance that continues as
    /// new must know which it will get again. A row that can not be read stays where it is, for whoever mends it.
    /// </summary>
    private async Task<int> RedeliverAsync(CancellationToken cancellation)
    {
        var shards = await Task.WhenAll(Enumerable.Range(0, _parts.Hub.Shards).Select(shard => ReadMessagesAsync(shard, cancellation)));
        foreach (var (row, messages) in shards.SelectMany(static s => s).OrderBy(static m => TaskHubKeys.SequenceOf(m.Row.Key), StringComparer.Ordinal))
        {
            messages.ForEach(message => _table.Deliver(message, row, isRedelivered: true));
        }

        return shards.Sum(static s => s.Sum(static m => m.Messages.Count));
    }

    private async Task<List<(MessageRow Row, List<History.StoredMessage> Messages)>> ReadMessagesAsync(int shard, CancellationToken cancellation)
    {
        List<(MessageRow, List<History.StoredMessage>)> read = [];
        await foreach (var row in _parts.Hub.ReadAsync(shard, TaskHubKeys.Messages, cancellation))
        {
            try
            {
                var messages = TurnRows.ReadMessages(await _parts.Hub.FetchAsync(row, null, cancellation));
                var messageRow = new MessageRow(shard, row.Key, messages);
                _parts.Hub.StoredEvents.Add(messageRow);
                read.Add((messageRow, messages));
            }
            catch (InvalidDataException e)
            {
                _metrics.UnreadableMessages();
                LogUnreadable(_log, e, TaskHubKeys.Shard(shard), row.Key, e.Message);
            }
        }

        return read;
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{Reason} The row '{Key}' of shard {Shard} stays where it is and is delivered to nobody; mend or delete it, and start the host again.")]
    private static partial void LogUnreadable(ILogger logger, Exception e, string shard, string key, string reason);
}
