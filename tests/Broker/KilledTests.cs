namespace Broker.Tests;

/// <summary>
/// A broker whose process is killed with messages out. What a kill leaves is the files as the system has them at that moment, so the next broker
/// opens a copy of them.
/// </summary>
public sealed class KilledTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;
    private readonly Stack<QueueDesk> _desks = [];

    public KilledTests() => Open();

    private QueueDesk Desk => _desks.Peek();

    public async ValueTask DisposeAsync()
    {
        foreach (var desk in _desks)
        {
            await desk.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void A_message_that_kills_its_handler_is_a_dead_letter_after_the_last_delivery_allowed()
    {
        Desk.Queue.Send(A.Message("m1"));
        for (var delivery = 0; delivery < 5; delivery++)
        {
            Assert.Equal(delivery, Assert.Single(Desk.Receive().Deliveries).DeliveryCount);
            KillAndRestart();
        }

        Assert.Empty(Desk.Receive().Deliveries);
        Assert.Equal(["m1: MaxDeliveryCountExceeded"], Desk.DeadLetterReasons);
        Assert.Equal("Message could not be consumed after 5 delivery attempts.", Desk.DeadLetters.Peek(0, 1)[0].DeadLetterDescription);
    }

    [Fact]
    public void A_message_that_went_out_as_it_came_in_was_delivered()
    {
        Desk.Receive(credit: 2);
        Desk.Queue.Send(A.Message("m1"), A.Message("m2"), A.Message("m3"));

        KillAndRestart();

        Assert.Equal([("m1", 1), ("m2", 1), ("m3", 0)], Seen());
    }

    [Fact]
    public void Only_those_that_were_out_count()
    {
        Desk.Queue.Send(A.Message("m1"), A.Message("m2"), A.Message("m3"));
        Desk.Receive(credit: 2);

        KillAndRestart();

        Assert.Equal([("m1", 1), ("m2", 1), ("m3", 0)], Seen());
    }

    [Fact]
    public void What_was_settled_before_has_its_own_count()
    {
        Desk.Queue.Send(A.Message("unseen"), A.Message("abandoned"), A.Message("deferred"), A.Message("done"));
        var delivered = Desk.Receive(credit: 4).Deliveries;
        Desk.Queue.Abandon(delivered[0].Lock, countDelivery: false);
        Desk.Queue.Abandon(delivered[1].Lock);
        Desk.Queue.Defer(delivered[2].Lock);
        Desk.Queue.Complete(delivered[3].Lock);

        KillAndRestart();

        Assert.Equal([("unseen", 0), ("abandoned", 1)], Seen());
        Assert.Equal(0, Desk.Queue.Peek(0, 10)[2].DeliveryCount);
    }

    [Fact]
    public void A_deferred_message_that_was_fetched_counts_too()
    {
        var number = Desk.Queue.Send(A.Message("m1"))[0];
        Desk.Queue.Defer(Desk.Receive().Last.Lock);
        Desk.Queue.ReceiveDeferred([number], receiveAndDelete: false);

        KillAndRestart();

        Assert.Equal(1, Assert.Single(Desk.Queue.ReceiveDeferred([number], receiveAndDelete: false)).Message.DeliveryCount);
    }

    [Fact]
    public void A_dead_letter_may_kill_as_often_as_it_likes()
    {
        Desk.Queue.Send(A.Message("m1"));
        Desk.Queue.DeadLetter(Desk.Receive().Last.Lock, "UnknownDriver", null);
        for (var delivery = 0; delivery < 7; delivery++)
        {
            Assert.Equal(delivery, Assert.Single(Desk.Receive(Desk.DeadLetters).Deliveries).DeliveryCount);
            KillAndRestart();
        }

        Assert.Equal(["m1: UnknownDriver"], Desk.DeadLetterReasons);
    }

    private (string Id, int DeliveryCount)[] Seen() => [.. Desk.Receive().Deliveries.Select(d => (d.MessageId, d.DeliveryCount))];

    private void KillAndRestart()
    {
        var left = Folder(_desks.Count);
        Directory.CreateDirectory(Folder(_desks.Count + 1));
        foreach (var file in Directory.GetFiles(left))
        {
            File.Copy(file, Path.Combine(Folder(_desks.Count + 1), Path.GetFileName(file)));
        }

        Open();
    }

    private void Open() => _desks.Push(new(A.Queue with { MaxDeliveryCount = 5 }, Path.Combine(Folder(_desks.Count + 1), "broker.db")));

    private string Folder(int number) => Path.Combine(_folder, $"{number}");
}
