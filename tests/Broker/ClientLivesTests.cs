using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

/// <summary>How long a message lives is the broker's word, whatever a client wrote into it; the broker's clock here is not the client's.</summary>
public sealed class ClientLivesTests : IAsyncLifetime
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private readonly List<RunningBroker> _buses = [];

    public static TheoryData<string, double?, double?, double, double?> Combinations => new()
    {
        // sender's life, queue's, hours until its schedule, life that comes of it: hours
        { "nobody says anything", null, null, 0, null },
        { "the sender alone", 2, null, 0, 2 },
        { "the queue alone", null, 1, 0, 1 },
        { "the sender's is shorter", 0.5, 1, 0, 0.5 },
        { "the queue's is shorter", 2, 1, 0, 1 },
        { "scheduled, the sender's is shorter", 0.5, 1, 3, 0.5 },
        { "scheduled, the queue's is shorter", 2, 1, 3, 1 },
        { "longer than the protocol's header can say", 24 * 60, null, 0, 24 * 60 },
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var bus in _buses)
        {
            await bus.DisposeAsync();
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task Expiry_is_counted_from_enqueueing_by_the_shorter_life(string _, double? sender, double? queue, double schedule, double? life)
    {
        var bus = Open(queue is { } longest ? Hour * longest : TimeSpan.MaxValue);
        var message = new ServiceBusMessage("x");
        if (sender is { } own)
        {
            message.TimeToLive = Hour * own;
        }

        if (schedule > 0)
        {
            message.ScheduledEnqueueTime = RunningBroker.Start + Hour * schedule;
        }

        await bus.Client.CreateSender(A.QueueName).SendMessageAsync(message);
        await using var receiver = bus.Client.CreateReceiver(A.QueueName);
        var before = await receiver.PeekMessageAsync();
        bus.Clock.AdvanceTo(RunningBroker.Start + Hour * schedule);
        var received = await receiver.Next();

        var enqueued = RunningBroker.Start + Hour * schedule;
        var expected = life is { } hours
            ? (enqueued, Hour * hours, enqueued + Hour * hours)
            : (enqueued, TimeSpan.MaxValue, DateTimeOffset.MaxValue);
        Assert.Equal(expected, (received.EnqueuedTime, received.TimeToLive, received.ExpiresAt));
        Assert.Equal(expected, (before.EnqueuedTime, before.TimeToLive, before.ExpiresAt));
    }

    [Fact]
    public async Task Marks_that_are_the_brokers_are_not_taken_from_a_sender()
    {
        var bus = Open();
        var message = new ServiceBusMessage("x");
        var raw = message.GetRawAmqpMessage();
        raw.Header.DeliveryCount = 7;
        raw.Properties.AbsoluteExpiryTime = RunningBroker.Start.AddDays(1);
        raw.MessageAnnotations["x-opt-sequence-number"] = 99L;
        raw.MessageAnnotations["x-opt-enqueue-sequence-number"] = 99L;
        raw.MessageAnnotations["x-opt-enqueued-time"] = DateTime.UnixEpoch;
        raw.MessageAnnotations["x-opt-locked-until"] = DateTime.UnixEpoch;
        raw.MessageAnnotations["x-opt-message-state"] = 1;
        raw.MessageAnnotations["x-opt-deadletter-source"] = "elsewhere";
        raw.MessageAnnotations["own"] = "kept";

        await bus.Client.CreateSender(A.QueueName).SendMessageAsync(message);

        await using var receiver = bus.Client.CreateReceiver(A.QueueName);
        var peeked = await receiver.PeekMessageAsync();
        Assert.Equal((default, "kept"), (peeked.LockedUntil, peeked.GetRawAmqpMessage().MessageAnnotations["own"]));
        var received = await receiver.Next();
        Assert.Equal((1, 1L, 0L, ServiceBusMessageState.Active),
            (received.DeliveryCount, received.SequenceNumber, received.EnqueuedSequenceNumber, received.State));
        Assert.Equal((RunningBroker.Start, DateTimeOffset.MaxValue, null), (received.EnqueuedTime, received.ExpiresAt, received.DeadLetterSource));
        Assert.True(received.LockedUntil > DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task A_deferred_message_does_not_expire()
    {
        var bus = Open(Hour);
        await using var receiver = bus.Client.CreateReceiver(A.QueueName);
        await bus.Client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("x"));
        var message = await receiver.Next();
        await receiver.DeferMessageAsync(message);

        bus.Clock.AdvanceTo(RunningBroker.Start.AddDays(3));

        Assert.Equal("x", (await receiver.ReceiveDeferredMessageAsync(message.SequenceNumber)).Body.ToString());
    }

    [Fact]
    public async Task A_dead_letter_shows_its_life_and_does_not_expire_again()
    {
        var bus = Open(Hour);
        await bus.Client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("x"));
        bus.Clock.AdvanceTo(RunningBroker.Start.AddDays(3));

        await using var deadLetters = bus.Client.CreateReceiver(A.QueueName, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        var dead = await deadLetters.Next();

        Assert.Equal(("TTLExpiredException", Hour, RunningBroker.Start + Hour), (dead.DeadLetterReason, dead.TimeToLive, dead.ExpiresAt));
        Assert.Equal(Hour, new ServiceBusMessage(dead).TimeToLive);
    }

    [Fact]
    public async Task A_message_that_expires_while_it_is_locked_can_be_completed_and_not_had_again()
    {
        var bus = Open(Hour);
        await using var receiver = bus.Client.CreateReceiver(A.QueueName);
        await bus.Client.CreateSender(A.QueueName).SendMessagesAsync([new ServiceBusMessage("x"), new ServiceBusMessage("y")]);
        var messages = await receiver.Take(2);

        bus.Clock.AdvanceTo(RunningBroker.Start.AddDays(3));

        await receiver.CompleteMessageAsync(messages[0]);
        await receiver.AbandonMessageAsync(messages[1]);
        await using var deadLetters = bus.Client.CreateReceiver(A.QueueName, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        Assert.Equal(("y", "TTLExpiredException"), await deadLetters.Next() is var dead ? (dead.Body.ToString(), dead.DeadLetterReason) : default);
        Assert.Equal(0, bus.Queue.Count);
    }

    private RunningBroker Open(TimeSpan? life = null)
    {
        var queue = A.Queue with { DefaultMessageTimeToLive = life ?? TimeSpan.MaxValue, DeadLetteringOnMessageExpiration = true };
        _buses.Add(RunningBroker.Open(new() { Queues = [queue] }));
        return _buses[^1];
    }
}
