using Microsoft.Data.Sqlite;

namespace FunctionsHosting.Broker;

/// <summary>How messages go out, under the queue's lock.</summary>
public sealed partial class BrokerQueue
{
    /// <summary>Delivers to those who want, in turns, and sets the timers to what is then the next to happen.</summary>
    private void Dispatch()
    {
        ExpireMessages();
        var turns = new List<(BrokerMessage Message, Consumer Consumer)>();
        foreach (var message in _state.Active)
        {
            if (_consumers.Next() is not { } consumer)
            {
                break;
            }

            consumer.Delivered++;
            turns.Add((message, consumer));
        }

        try
        {
            Deliver(turns);
        }
        catch (SqliteException)
        {
            // Nothing has gone out; the next to look tries again.
            turns.ForEach(static t => t.Consumer.Delivered--);
            throw;
        }

        Arm();
    }

    private void Deliver(List<(BrokerMessage Message, Consumer Consumer)> turns)
    {
        var deliveries = HandOut([.. turns.Select(static t => (t.Message, t.Consumer.ReceiveAndDelete))]);
        for (var i = 0; i < turns.Count; i++)
        {
            turns[i].Consumer.Deliver(deliveries[i]);
        }
    }

    /// <summary>
    /// Locks messages for whoever takes them, or deletes them. Before anybody sees them the store has counted their deliveries, because whoever
    /// takes them may kill this process. That is one transaction for all that goes out together, and none for what goes out as it comes in
    /// (<see cref="Insert"/> counts that): a stream of messages costs no writes beyond taking in and settling.
    /// </summary>
    private List<Delivery> HandOut(List<(BrokerMessage Message, bool Delete)> messages)
    {
        var changed = messages.FindAll(static m => m.Delete || !m.Message.DeliveryIsStored);
        if (changed.Count > 0)
        {
            _store.Atomically(() => changed.ForEach(StoreDelivery));
        }

        var until = LockEnd();
        messages.FindAll(static m => m.Delete).ForEach(m => _state.Remove(m.Message));
        return messages.ConvertAll(m => m.Delete ? new Delivery(m.Message, Guid.Empty, default) : new(m.Message, _state.Lock(m.Message, until), until));
    }

    private void StoreDelivery((BrokerMessage Message, bool Delete) handed)
    {
        if (handed.Delete)
        {
            _store.Delete(Path, handed.Message.SequenceNumber);
        }
        else
        {
            _store.BeginDelivery(Path, handed.Message);
        }
    }
}
