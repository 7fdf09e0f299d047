using FunctionsHosting.Broker;

namespace Broker.Tests;

public sealed class DuplicateDetectionTests : IAsyncDisposable
{
    private static readonly QueueSettings Queue =
        A.Queue with { RequiresDuplicateDetection = true, DuplicateDetectionHistoryTimeWindow = TimeSpan.FromHours(1) };

    private readonly QueueDesk _desk = new(Queue);

    public ValueTask DisposeAsync() => _desk.DisposeAsync();

    [Fact]
    public void A_message_id_seen_within_the_window_is_dropped()
    {
        var first = _desk.Queue.Send(A.Message("m1"));
        var again = _desk.Queue.Send(A.Message("m1"));

        Assert.Equal(first, again);
        Assert.Equal(1, _desk.Queue.Count);
    }

    [Fact]
    public void It_is_dropped_even_when_the_first_one_is_done()
    {
        _desk.Queue.Send(A.Message("m1"));
        _desk.Queue.Complete(_desk.Receive().Last.Lock);

        _desk.Queue.Send(A.Message("m1"));

        Assert.Equal(0, _desk.Queue.Count);
    }

    [Fact]
    public void It_is_taken_again_after_the_window()
    {
        _desk.Queue.Send(A.Message("m1"));
        _desk.Clock.AdvanceTo(RunningBroker.Start.AddHours(1));

        _desk.Queue.Send(A.Message("m1"));

        Assert.Equal(2, _desk.Queue.Count);
    }

    [Fact]
    public void Twice_in_one_batch_is_once()
    {
        _desk.Queue.Send(A.Message("m1"), A.Message("m2"), A.Message("m1"));

        Assert.Equal(2, _desk.Queue.Count);
    }

    [Fact]
    public void Redelivery_is_not_a_duplicate()
    {
        _desk.Queue.Send(A.Message("m1"));
        var receiver = _desk.Receive();

        _desk.Queue.Abandon(receiver.Last.Lock);

        Assert.Equal(["m1", "m1"], receiver.Ids);
    }

    [Fact]
    public async Task A_queue_without_it_takes_all()
    {
        await using var desk = new QueueDesk(A.Queue);

        desk.Queue.Send(A.Message("m1"), A.Message("m1"));

        Assert.Equal(2, desk.Queue.Count);
    }
}
