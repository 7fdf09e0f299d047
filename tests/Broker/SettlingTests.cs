namespace Broker.Tests;

public sealed class SettlingTests : IAsyncDisposable
{
    private readonly QueueDesk _desk = new();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void A_completed_message_is_gone()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();

        Assert.True(_desk.Queue.Complete(receiver.Last.Lock));

        Assert.Equal(0, _desk.Queue.Count);
        Assert.False(_desk.Queue.Complete(receiver.Last.Lock));
    }

    [Fact]
    public void An_abandoned_message_comes_again_and_counts()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();

        _desk.Queue.Abandon(receiver.Last.Lock);

        Assert.Equal(["m1", "m1"], receiver.Ids);
        Assert.Equal([0, 1], receiver.Deliveries.Select(d => d.DeliveryCount));
        Assert.NotEqual(receiver.Deliveries[0].Lock, receiver.Deliveries[1].Lock);
    }

    [Fact]
    public void A_message_given_back_unseen_does_not_count()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();

        _desk.Queue.Abandon(receiver.Last.Lock, countDelivery: false);

        Assert.Equal([0, 0], receiver.Deliveries.Select(d => d.DeliveryCount));
    }

    [Fact]
    public void An_abandoned_message_takes_its_old_place_in_the_order()
    {
        _desk.Queue.Send(A.Message("m1"), A.Message("m2"), A.Message("m3"));
        var receiver = _desk.Receive(credit: 1);
        _desk.Queue.Abandon(receiver.Last.Lock);

        receiver.Offer(3);

        Assert.Equal(["m1", "m1", "m2", "m3"], receiver.Ids);
    }

    [Fact]
    public void After_the_last_delivery_allowed_a_message_is_a_dead_letter()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();
        for (var delivery = 1; delivery <= A.Queue.MaxDeliveryCount; delivery++)
        {
            Assert.Equal(delivery, receiver.Deliveries.Count);
            _desk.Queue.Abandon(receiver.Last.Lock);
        }

        Assert.Equal(A.Queue.MaxDeliveryCount, receiver.Deliveries.Count);
        Assert.Equal(["m1: MaxDeliveryCountExceeded"], _desk.DeadLetterReasons);
        Assert.Equal(0, _desk.Queue.Count);
    }

    [Fact]
    public void A_dead_letter_has_its_reason_and_source_and_is_received_from_its_own_queue()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();

        _desk.Queue.DeadLetter(receiver.Last.Lock, "UnknownDriver", "no such driver");

        var dead = Assert.Single(_desk.DeadLetters.Peek(0, 10));
        Assert.Equal(("UnknownDriver", "no such driver", A.QueueName), (dead.DeadLetterReason, dead.DeadLetterDescription, dead.DeadLetterSource));
        var undertaker = _desk.Receive(_desk.DeadLetters);
        Assert.True(_desk.DeadLetters.Complete(undertaker.Last.Lock));
        Assert.Equal(0, _desk.DeadLetters.Count);
    }

    [Fact]
    public void Dead_letters_are_delivered_as_often_as_need_be()
    {
        _desk.Queue.Send(A.Message("m1"));
        _desk.Queue.DeadLetter(_desk.Receive().Last.Lock, "UnknownDriver", null);
        var undertaker = _desk.Receive(_desk.DeadLetters);

        for (var i = 0; i < 2 * A.Queue.MaxDeliveryCount; i++)
        {
            _desk.DeadLetters.Abandon(undertaker.Last.Lock);
        }

        Assert.Equal(["m1: UnknownDriver"], _desk.DeadLetterReasons);
    }

    [Fact]
    public void A_deferred_message_comes_only_when_asked_for_by_its_number()
    {
        var number = _desk.Queue.Send(A.Message("m1"))[0];
        var receiver = _desk.Receive();
        _desk.Queue.Defer(receiver.Last.Lock);

        Assert.Single(receiver.Deliveries);
        Assert.Empty(_desk.Queue.ReceiveDeferred([number, number + 1], receiveAndDelete: false));
        var deferred = Assert.Single(_desk.Queue.ReceiveDeferred([number], receiveAndDelete: false));
        Assert.Empty(_desk.Queue.ReceiveDeferred([number], receiveAndDelete: false));
        Assert.True(_desk.Queue.Complete(deferred.LockToken));
    }

    [Fact]
    public void What_is_received_and_deleted_is_gone()
    {
        _desk.Queue.Send(A.Message("m1"), A.Message("m2"));

        var receiver = _desk.Receive(receiveAndDelete: true, credit: 1);

        Assert.Equal(["m1"], receiver.Ids);
        Assert.Equal(1, _desk.Queue.Count);
    }
}
