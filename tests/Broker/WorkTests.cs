namespace Broker.Tests;

public sealed class WorkTests : IAsyncDisposable
{
    private readonly QueueDesk _desk = new();

    private bool Idle => _desk.Work.WhenIdle().IsCompleted;

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void A_message_nobody_receives_is_not_work()
    {
        _desk.Queue.Send(A.Message("m1"));

        Assert.True(Idle);
    }

    [Fact]
    public void A_message_with_a_receiver_is_work_until_it_is_settled()
    {
        var receiver = _desk.Receive();
        _desk.Queue.Send(A.Message("m1"));
        Assert.False(Idle);

        _desk.Queue.Complete(receiver.Last.Lock);

        Assert.True(Idle);
    }

    [Fact]
    public void A_message_waiting_for_its_time_is_not_work_until_then()
    {
        _desk.Receive();
        _desk.Queue.Send(A.Message("m1", RunningBroker.Start.AddHours(1)));
        Assert.True(Idle);

        _desk.Clock.AdvanceTo(RunningBroker.Start.AddHours(1));

        Assert.False(Idle);
    }

    [Fact]
    public void A_dead_letter_is_work_only_for_its_own_receiver()
    {
        var receiver = _desk.Receive();
        _desk.Queue.Send(A.Message("m1"), A.Message("m2"));
        _desk.Queue.DeadLetter(receiver.Deliveries[0].Lock, "UnknownDriver", null);
        _desk.Queue.Complete(receiver.Deliveries[1].Lock);
        Assert.True(Idle);

        var undertaker = _desk.Receive(_desk.DeadLetters);
        Assert.False(Idle);
        _desk.DeadLetters.Complete(undertaker.Last.Lock);
        Assert.True(Idle);
    }

    [Fact]
    public void When_the_last_receiver_leaves_nothing_is_under_way()
    {
        var one = _desk.Receive();
        var other = _desk.Receive();
        _desk.Queue.Send(A.Message("m1"), A.Message("m2"));

        one.Leave();
        Assert.False(Idle);
        other.Leave();
        Assert.True(Idle);
    }
}
