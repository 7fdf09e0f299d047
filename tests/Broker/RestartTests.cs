using FunctionsHosting.Broker;

namespace Broker.Tests;

public sealed class RestartTests : IDisposable
{
    private static readonly DateTimeOffset Morning = RunningBroker.Start.AddHours(10);
    private static readonly QueueSettings Queue = A.Queue with { RequiresDuplicateDetection = true };
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Messages_come_back_as_they_were()
    {
        long number;
        await using (var before = Open())
        {
            number = before.Queue.Send(A.Message("m1"), A.Message("m2", Morning), A.Message("m3"))[0];
            var receiver = before.Receive(credit: 2);
            before.Queue.Abandon(receiver.Deliveries[0].Lock);
            before.Queue.DeadLetter(receiver.Deliveries[1].Lock, "UnknownDriver", "no such driver");
        }

        await using var after = Open();
        var again = after.Receive();
        Assert.Equal(["m1"], again.Ids);
        Assert.Equal(1, again.Last.DeliveryCount);
        Assert.Equal(number, after.Queue.Peek(0, 1)[0].SequenceNumber);
        Assert.Equal(["m3: UnknownDriver"], after.DeadLetterReasons);
        after.Clock.AdvanceTo(Morning);
        Assert.Equal(["m1", "m2"], again.Ids);
    }

    [Fact]
    public async Task Locks_do_not_last_over_a_restart_and_their_deliveries_came_to_nothing()
    {
        Guid held;
        await using (var before = Open())
        {
            before.Queue.Send(A.Message("m1"));
            held = before.Receive().Last.Lock;
        }

        await using var after = Open();
        Assert.False(after.Queue.Complete(held));
        Assert.Equal(1, Assert.Single(after.Receive().Deliveries).DeliveryCount);
    }

    [Fact]
    public async Task A_message_that_fell_due_while_the_broker_was_down_comes_at_once()
    {
        await using (var before = Open())
        {
            before.Queue.Send(A.Message("m1", Morning));
        }

        await using var after = Open(Morning.AddHours(1));
        var receiver = after.Receive();
        after.Clock.AdvanceTo(Morning.AddHours(1));
        Assert.Equal(["m1"], receiver.Ids);
    }

    [Fact]
    public async Task The_duplicate_window_lasts_over_a_restart()
    {
        await using (var before = Open())
        {
            before.Queue.Send(A.Message("m1"));
            before.Queue.Complete(before.Receive().Last.Lock);
        }

        await using var after = Open();
        after.Queue.Send(A.Message("m1"));
        Assert.Equal(0, after.Queue.Count);
    }

    [Fact]
    public async Task Sequence_numbers_are_not_given_out_again()
    {
        long last;
        await using (var before = Open())
        {
            last = before.Queue.Send(A.Message("m1"))[0];
            before.Queue.Complete(before.Receive().Last.Lock);
        }

        await using var after = Open();
        Assert.True(after.Queue.Send(A.Message("m2"))[0] > last);
    }

    [Fact]
    public async Task What_was_received_and_deleted_or_cancelled_stays_gone()
    {
        await using (var before = Open())
        {
            var numbers = before.Queue.Send(A.Message("m1"), A.Message("m2", Morning));
            before.Receive(receiveAndDelete: true);
            before.Queue.CancelScheduled(numbers[1]);
        }

        await using var after = Open();
        Assert.Equal(0, after.Queue.Count);
    }

    [Fact]
    public async Task A_file_that_holds_something_else_is_named()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "broker.db"), new string('x', 4096));

        var error = Assert.Throws<InvalidOperationException>(() => Open());

        Assert.Contains(Path.Combine(_folder, "broker.db"), error.Message, StringComparison.Ordinal);
        Assert.Contains("Delete the file", error.Message, StringComparison.Ordinal);
    }

    private QueueDesk Open(DateTimeOffset? at = null) => new(Queue, Path.Combine(_folder, "broker.db"), at);
}
