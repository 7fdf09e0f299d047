using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationInstance
{
    /// <summary>
    /// Settles what came in, because no turn can be made of it. False: nothing of the kind came in. What can not be stored stays so until the next start.
    /// </summary>
    private async Task<bool> SettleAsync<T>(Func<Incoming, Task> settle)
        where T : HistoryEvent
    {
        Incoming? item;
        lock (_gate)
        {
            item = _inbox?.OfType<Incoming>().FirstOrDefault(static i => i.Event is T);
            if (item is null)
            {
                return false;
            }

            _inbox!.Remove(item);
        }

        try
        {
            await settle(item);
        }
        catch (Exception e) when (!TurnRetries.IsOutage(e) && !_parts.Retries.AreOver(e))
        {
            LogNotStored(_log, e, Id);
        }
        catch
        {
            lock (_gate)
            {
                _inbox = [item, .. _inbox ?? []];
            }

            throw;
        }

        return true;
    }

    /// <summary>Terminates without a turn, because none can be made: status and answer to the parent, the history stays as it is.</summary>
    private async Task EndByStatusAsync(Incoming item)
    {
        if (await _parts.Hub.FindStateAsync(Id) is not { } stored)
        {
            Cease();
            TakenIn(item);
            return;
        }

        var order = (ExecutionTerminated)item.Event;
        var end = new ExecutionCompleted(OrchestrationRuntimeStatus.Terminated) { Result = order.Input, Timestamp = _parts.UtcNow };
        var status = stored with
        {
            Status = end.Status,
            Output = order.Input,
            Failure = null,
            UpdatedAt = _parts.Clock.GetUtcNow(),
            Alarm = null,
            OpenActivities = 0,
        };
        List<RowChange> changes = [RowChange.Merge(TaskHubKeys.Status(Id), status.Progress(withCustomStatus: false))];
        List<StoredMessage> messages = [.. TurnCommit.Outgoing(Id, stored.Start, end)];
        var row = new MessageRow(Shard, TaskHubKeys.Message(Id, _parts.Hub.NextSequence()), messages);
        if (messages.Count > 0)
        {
            changes.Add(TurnRows.WriteMessages(row.Key, messages));
        }

        await _parts.Hub.CommitAsync(Shard, changes);
        _status = end.Status;
        _parts.Metrics.Ended(end.Status);
        Cease();
        TakenIn(item);
        messages.ForEach(message => _table.Deliver(message, row, isRedelivered: false));
    }

    /// <summary>It has ended, or does not exist any more: what still comes in is done with.</summary>
    private void Cease()
    {
        _live = false;
        _run = null;
        _early?.ForEach(TakenIn);
        _early = null;
        GoOn();
        _parts.Signals.Changed(Id);
    }
}
