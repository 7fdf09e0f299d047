using Azure.Messaging.ServiceBus;

namespace ServiceBus.Tests;

/// <summary>Our client and our broker over a real connection.</summary>
public sealed class ClientTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly RunningBroker _bus = RunningBroker.Open(new()
    {
        Queues = [A.Queue with { RequiresDuplicateDetection = true }, new("other")],
    });

    private readonly ServiceBusSender _sender;
    private readonly ServiceBusReceiver _receiver;
    private readonly ServiceBusReceiver _deadLetters;

    public ClientTests()
    {
        _sender = _bus.Client.CreateSender(A.QueueName);
        _receiver = _bus.Client.CreateReceiver(A.QueueName);
        _deadLetters = _bus.Client.CreateReceiver(A.QueueName, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
    }

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    [Fact]
    public async Task A_message_arrives_with_all_it_was_sent_with()
    {
        var sent = new ServiceBusMessage("안녕")
        {
            MessageId = "m1",
            CorrelationId = "c1",
            Subject = "block",
            ContentType = "application/json",
            ReplyTo = "results",
            To = "admin",
            PartitionKey = "p1",
            TimeToLive = TimeSpan.FromHours(6),
        };
        var time = new DateTimeOffset(2026, 9, 18, 22, 30, 0, TimeSpan.FromHours(9));
        var properties = new Dictionary<string, object>
        {
            ["text"] = "x",
            ["int"] = 7,
            ["long"] = 8L,
            ["flag"] = true,
            ["double"] = 1.5,
            ["id"] = Guid.NewGuid(),
            ["bytes"] = new byte[] { 1, 2 },
            ["time"] = time.UtcDateTime,
            ["instant"] = time,
            ["span"] = TimeSpan.FromDays(3),
            ["uri"] = new Uri("https://example.com/a"),
        };
        foreach (var (name, value) in properties)
        {
            sent.ApplicationProperties[name] = value;
        }

        await _sender.SendMessageAsync(sent);
        var message = await Next();

        Assert.Equal("안녕", message.Body.ToString());
        Assert.Equal(
            ("m1", "c1", "block", "application/json", "results", "admin", "p1", TimeSpan.FromHours(6)),
            (message.MessageId, message.CorrelationId, message.Subject, message.ContentType, message.ReplyTo, message.To, message.PartitionKey,
                message.TimeToLive));
        Assert.Equal(properties.OrderBy(p => p.Key), message.ApplicationProperties.OrderBy(p => p.Key));
        Assert.Equal((1, 1L, ServiceBusMessageState.Active), (message.DeliveryCount, message.SequenceNumber, message.State));
        Assert.Equal(RunningBroker.Start, message.EnqueuedTime);
        Assert.True(message.LockedUntil > DateTimeOffset.UtcNow);
        await _receiver.CompleteMessageAsync(message);
        Assert.Null(await _receiver.ReceiveMessageAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_body_larger_than_a_frame_arrives_whole()
    {
        var body = new byte[200_000];
        Random.Shared.NextBytes(body);

        await _sender.SendMessageAsync(new ServiceBusMessage(body));

        Assert.Equal(body, (await Next()).Body.ToArray());
    }

    [Fact]
    public async Task A_message_larger_than_the_broker_takes_is_refused_by_its_size()
    {
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => _sender.SendMessageAsync(new ServiceBusMessage(new byte[300_000])));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, error.Reason);
    }

    [Fact]
    public async Task A_waiting_receiver_gets_the_message_when_it_comes()
    {
        var waiting = _receiver.ReceiveMessageAsync(Soon);

        await _sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        Assert.Equal("m1", (await waiting)!.MessageId);
    }

    [Fact]
    public async Task A_cancelled_receive_takes_no_message()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = _receiver.ReceiveMessageAsync(Soon, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await _sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        await using var other = _bus.Client.CreateReceiver(A.QueueName);
        Assert.Equal("m1", (await other.ReceiveMessageAsync(Soon))!.MessageId);
    }

    [Fact]
    public async Task A_receive_under_way_ends_when_its_receiver_is_closed()
    {
        var waiting = _receiver.ReceiveMessageAsync(TimeSpan.FromMinutes(5));

        await _receiver.CloseAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting);
    }

    [Fact]
    public async Task Many_are_sent_and_received_together()
    {
        await _sender.SendMessagesAsync(Enumerable.Range(0, 500).Select(n => new ServiceBusMessage($"{n}")));

        var bodies = new List<string>();
        while (bodies.Count < 500)
        {
            var messages = await _receiver.ReceiveMessagesAsync(120, Soon);
            Assert.NotEmpty(messages);
            bodies.AddRange(messages.Select(m => m.Body.ToString()));
            await Task.WhenAll(messages.Select(m => _receiver.CompleteMessageAsync(m)));
        }

        Assert.Equal(Enumerable.Range(0, 500).Select(n => $"{n}"), bodies);
        Assert.Equal(0, _bus.Broker.Find(A.QueueName)!.Count);
    }

    [Fact]
    public async Task An_abandoned_message_comes_again_with_the_properties_changed()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("x") { ApplicationProperties = { ["kept"] = 1 } });

        await _receiver.AbandonMessageAsync(await Next(), new Dictionary<string, object> { ["tried"] = "once" });

        var again = await Next();
        Assert.Equal(2, again.DeliveryCount);
        Assert.Equal((1, "once"), (again.ApplicationProperties["kept"], again.ApplicationProperties["tried"]));
    }

    [Fact]
    public async Task A_dead_letter_is_received_with_its_reason()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        await _receiver.DeadLetterMessageAsync(await Next(), new Dictionary<string, object> { ["by"] = "test" }, "UnknownDriver", "no such driver");

        var dead = await _deadLetters.ReceiveMessageAsync(Soon);
        Assert.Equal(
            ("m1", "UnknownDriver", "no such driver", A.QueueName, "test"),
            (dead!.MessageId, dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.DeadLetterSource, dead.ApplicationProperties["by"]));
        await _deadLetters.CompleteMessageAsync(dead);
        Assert.Null(await _deadLetters.ReceiveMessageAsync(TimeSpan.Zero));
    }

    [Fact]
    public async Task A_copy_of_a_dead_letter_can_be_sent_again_without_the_brokers_marks()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1", ApplicationProperties = { ["case"] = "c-1" } });
        await _receiver.DeadLetterMessageAsync(await Next(), "UnknownDriver");
        var dead = await _deadLetters.ReceiveMessageAsync(Soon);

        await _sender.SendMessageAsync(new ServiceBusMessage(dead!) { MessageId = "m1-again" });

        var again = await Next();
        Assert.Equal(("m1-again", "x", 1), (again.MessageId, again.Body.ToString(), again.DeliveryCount));
        Assert.Equal(["case"], again.ApplicationProperties.Keys);
        Assert.Null(again.DeadLetterReason);
    }

    [Fact]
    public async Task A_deferred_message_is_fetched_by_its_number()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });
        var message = await Next();
        await _receiver.DeferMessageAsync(message);

        var deferred = await _receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);

        Assert.Equal(("m1", ServiceBusMessageState.Deferred), (deferred.MessageId, deferred.State));
        await _receiver.CompleteMessageAsync(deferred);
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => _receiver.ReceiveDeferredMessageAsync(message.SequenceNumber));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, error.Reason);
    }

    [Fact]
    public async Task A_message_sent_with_a_schedule_comes_when_the_business_clock_says_so()
    {
        var due = RunningBroker.Start.AddDays(3);
        await _sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1", ScheduledEnqueueTime = due });
        Assert.Null(await _receiver.ReceiveMessageAsync(TimeSpan.Zero));

        var waiting = _receiver.ReceiveMessageAsync(Soon);
        _bus.Clock.AdvanceTo(due);

        var message = await waiting;
        Assert.Equal(("m1", due, due), (message!.MessageId, message.ScheduledEnqueueTime, message.EnqueuedTime));
    }

    [Fact]
    public async Task A_scheduled_message_is_cancelled_by_its_number()
    {
        var number = await _sender.ScheduleMessageAsync(new ServiceBusMessage("x"), RunningBroker.Start.AddHours(1));
        Assert.Equal(ServiceBusMessageState.Scheduled, (await _receiver.PeekMessageAsync())!.State);

        await _sender.CancelScheduledMessageAsync(number);

        Assert.Equal(0, _bus.Broker.Find(A.QueueName)!.Count);
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => _sender.CancelScheduledMessageAsync(number));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, error.Reason);
    }

    [Fact]
    public async Task A_lock_is_renewed()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("x"));
        var message = await Next();
        var before = message.LockedUntil;

        await _receiver.RenewMessageLockAsync(message);

        Assert.True(message.LockedUntil >= before);
    }

    [Fact]
    public async Task A_message_settled_twice_says_that_its_lock_is_lost()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("x"));
        var message = await Next();
        await _receiver.CompleteMessageAsync(message);

        foreach (var again in new[] { () => _receiver.CompleteMessageAsync(message), () => _receiver.RenewMessageLockAsync(message) })
        {
            var error = await Assert.ThrowsAsync<ServiceBusException>(again);
            Assert.Equal((ServiceBusFailureReason.MessageLockLost, false), (error.Reason, error.IsTransient));
        }
    }

    [Fact]
    public async Task A_message_can_be_settled_when_its_receiver_was_made_anew()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("x"));
        var message = await Next();
        await _receiver.CloseAsync();

        await using var other = _bus.Client.CreateReceiver(A.QueueName);
        await other.CompleteMessageAsync(message);

        Assert.Equal(0, _bus.Broker.Find(A.QueueName)!.Count);
    }

    [Fact]
    public async Task The_same_message_id_is_taken_once()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("first") { MessageId = "m1" });
        await _sender.SendMessageAsync(new ServiceBusMessage("second") { MessageId = "m1" });

        var messages = await _receiver.ReceiveMessagesAsync(10, Soon);

        Assert.Equal("first", Assert.Single(messages).Body.ToString());
    }

    [Fact]
    public async Task Peeking_shows_every_message_and_locks_none()
    {
        await _sender.SendMessagesAsync([new ServiceBusMessage("x") { MessageId = "m1" }, new ServiceBusMessage("y") { MessageId = "m2" }]);

        Assert.Equal("m1", (await _receiver.PeekMessageAsync())!.MessageId);
        Assert.Equal("m2", (await _receiver.PeekMessageAsync())!.MessageId);
        Assert.Null(await _receiver.PeekMessageAsync());
        Assert.Equal(2, (await _receiver.PeekMessagesAsync(10, 0)).Count);
        Assert.Equal(2, (await _receiver.ReceiveMessagesAsync(10, Soon)).Count);
    }

    [Fact]
    public async Task What_is_received_and_deleted_is_gone()
    {
        await using var quick = _bus.Client.CreateReceiver(A.QueueName, new() { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
        await _sender.SendMessageAsync(new ServiceBusMessage("x"));

        var message = await quick.ReceiveMessageAsync(Soon);

        Assert.Equal("x", message!.Body.ToString());
        Assert.Equal(0, _bus.Broker.Find(A.QueueName)!.Count);
        await Assert.ThrowsAsync<InvalidOperationException>(() => quick.CompleteMessageAsync(message));
    }

    [Fact]
    public async Task A_receiver_that_prefetches_gives_back_unseen_what_it_did_not_hand_on()
    {
        await _sender.SendMessagesAsync([new ServiceBusMessage("x"), new ServiceBusMessage("y")]);
        var eager = _bus.Client.CreateReceiver(A.QueueName, new() { PrefetchCount = 10 });
        Assert.Equal("x", (await eager.ReceiveMessageAsync(Soon))!.Body.ToString());
        await eager.CloseAsync();

        var next = await Next();
        Assert.Equal(("y", 1), (next.Body.ToString(), next.DeliveryCount));
    }

    [Fact]
    public async Task An_unknown_queue_is_named()
    {
        var lost = _bus.Client.CreateSender("no-such");

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => lost.SendMessageAsync(new ServiceBusMessage("x")));

        Assert.Equal((ServiceBusFailureReason.MessagingEntityNotFound, "no-such", false), (error.Reason, error.EntityPath, error.IsTransient));
    }

    [Fact]
    public async Task A_disposed_client_says_so()
    {
        await _bus.Client.DisposeAsync();

        Assert.True(_bus.Client.IsClosed);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _sender.SendMessageAsync(new ServiceBusMessage("x")));
    }

    private async Task<ServiceBusReceivedMessage> Next()
    {
        var message = await _receiver.ReceiveMessageAsync(Soon);
        Assert.NotNull(message);
        return message;
    }
}
