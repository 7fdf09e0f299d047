using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationInstance
{
    /// <summary>Terminates without a turn, because none can be made: status and answer to the parent, the history stays as it is.</summary>
    private async Task EndByStatusAsync()
    {
        Incoming? order;
        lock (_gate)
        {
            order = _inbox?.OfType<Incoming>().FirstOrDefault(static i => i.Event is ExecutionTerminated);
            if (order is null)
            {
                return;
            }

            _inbox!.Remove(order);
        }

        try
        {
            await EndByStatusAsync((ExecutionTerminated)order.Event);
        }
        catch (Exception e) when (!TurnRetries.IsOutage(e) && !_parts.Retries.AreOver(e))
        {
            // The order stays stored, and is tried again at the next start.
            LogNotStored(_log, e, Id);
            return;
        }
        catch
        {
            lock (_gate)
            {
                _inbox = [order, .. _inbox ?? []];
            }

            throw;
        }

        TakenIn(order);
    }

    private async Task EndByStatusAsync(ExecutionTerminated order)
    {
        if (await _parts.Hub.FindStateAsync(Id) is not { } stored)
        {
            Cease();
            return;
        }

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
