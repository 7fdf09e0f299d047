namespace Broker.Tests;

public sealed class LockTests : IAsyncDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private readonly QueueDesk _desk = new();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void A_message_whose_lock_expired_comes_again_and_counts()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();
        var first = receiver.Last.Lock;

        _desk.LockClock.Advance(A.Queue.LockDuration - Second);
        Assert.Single(receiver.Deliveries);
        _desk.LockClock.Advance(Second);

        Assert.Equal([0, 1], receiver.Deliveries.Select(d => d.DeliveryCount));
        Assert.False(_desk.Queue.Complete(first));
        Assert.True(_desk.Queue.Complete(receiver.Last.Lock));
    }

    [Fact]
    public void A_renewed_lock_holds_for_its_full_duration_again()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();
        _desk.LockClock.Advance(A.Queue.LockDuration - Second);

        var until = _desk.Queue.Renew(receiver.Last.Lock);

        Assert.Equal(_desk.LockClock.GetUtcNow() + A.Queue.LockDuration, until);
        _desk.LockClock.Advance(A.Queue.LockDuration - Second);
        Assert.True(_desk.Queue.Complete(receiver.Last.Lock));
    }

    [Fact]
    public void A_lost_lock_cannot_be_renewed()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive(credit: 1);
        _desk.LockClock.Advance(A.Queue.LockDuration);

        Assert.Null(_desk.Queue.Renew(receiver.Last.Lock));
    }

    [Fact]
    public void Lost_locks_make_a_dead_letter_in_the_end()
    {
        _desk.Queue.Send(A.Message("m1"));
        _desk.Receive();

        for (var i = 0; i < A.Queue.MaxDeliveryCount; i++)
        {
            _desk.LockClock.Advance(A.Queue.LockDuration);
        }

        Assert.Equal(["m1: MaxDeliveryCountExceeded"], _desk.DeadLetterReasons);
    }

    [Fact]
    public void A_receiver_that_leaves_keeps_its_locks()
    {
        _desk.Queue.Send(A.Message("m1"));
        var gone = _desk.Receive();
        gone.Leave();

        var receiver = _desk.Receive();

        Assert.Empty(receiver.Deliveries);
        _desk.LockClock.Advance(A.Queue.LockDuration);
        Assert.Equal(["m1"], receiver.Ids);
    }

    [Fact]
    public void Business_days_do_not_touch_locks()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();

        _desk.Clock.AdvanceTo(RunningBroker.Start.AddDays(3));

        Assert.True(_desk.Queue.Complete(receiver.Last.Lock));
    }
}
