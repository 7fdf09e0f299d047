namespace Broker.Tests;

public sealed class CreditTests : IAsyncDisposable
{
    private readonly QueueDesk _desk = new();

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void A_receiver_gets_no_more_than_it_asked_for()
    {
        var receiver = _desk.Receive(credit: 2);

        _desk.Queue.Send(A.Message("m1"), A.Message("m2"), A.Message("m3"));

        Assert.Equal(["m1", "m2"], receiver.Ids);
    }

    [Fact]
    public void The_same_limit_told_again_changes_nothing()
    {
        var receiver = _desk.Receive(credit: 2);
        receiver.Repeat();

        _desk.Queue.Send(A.Message("m1"), A.Message("m2"), A.Message("m3"));

        Assert.Equal(["m1", "m2"], receiver.Ids);
    }

    [Fact]
    public void After_a_drain_nothing_comes_until_it_is_asked_for()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive(credit: 0);
        receiver.Offer(5, drain: true);

        _desk.Queue.Send(A.Message("m2"));

        Assert.Equal(["m1"], receiver.Ids);
        receiver.Offer(1);
        Assert.Equal(["m1", "m2"], receiver.Ids);
    }

    [Fact]
    public void Receivers_take_turns()
    {
        var one = _desk.Receive();
        var other = _desk.Receive();

        _desk.Queue.Send(A.Message("m1"), A.Message("m2"), A.Message("m3"), A.Message("m4"));

        Assert.Equal(2, one.Ids.Length);
        Assert.Equal(2, other.Ids.Length);
    }
}
