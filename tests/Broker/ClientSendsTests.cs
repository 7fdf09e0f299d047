using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

public sealed class ClientSendsTests() : ClientDesk(A.Queue with { RequiresDuplicateDetection = true })
{
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

        await Sender.SendMessageAsync(sent);
        var message = await Receiver.Next();

        Assert.Equal("안녕", message.Body.ToString());
        Assert.Equal(
            ("m1", "c1", "block", "application/json", "results", "admin", "p1", TimeSpan.FromHours(6)),
            (message.MessageId, message.CorrelationId, message.Subject, message.ContentType, message.ReplyTo, message.To, message.PartitionKey,
                message.TimeToLive));
        Assert.Equal(properties.OrderBy(p => p.Key), message.ApplicationProperties.OrderBy(p => p.Key));
        Assert.Equal((1, 1L, ServiceBusMessageState.Active), (message.DeliveryCount, message.SequenceNumber, message.State));
        Assert.Equal(RunningBroker.Start, message.EnqueuedTime);
        Assert.True(message.LockedUntil > DateTimeOffset.UtcNow);
        await Receiver.CompleteMessageAsync(message);
        Assert.Null(await Receiver.ReceiveMessageAsync(NotAtAll));
    }

    [Fact]
    public async Task A_body_larger_than_a_frame_arrives_whole()
    {
        var body = new byte[200_000];
        Random.Shared.NextBytes(body);

        await Sender.SendMessageAsync(new ServiceBusMessage(body));

        Assert.Equal(body, (await Receiver.Next()).Body.ToArray());
    }

    [Fact]
    public async Task A_message_larger_than_the_broker_takes_is_refused_by_its_size()
    {
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => Sender.SendMessageAsync(new ServiceBusMessage(new byte[300_000])));

        Assert.Equal(ServiceBusFailureReason.MessageSizeExceeded, error.Reason);
    }

    [Fact]
    public async Task Many_are_sent_and_received_together()
    {
        await Sender.SendMessagesAsync(Enumerable.Range(0, 500).Select(n => new ServiceBusMessage($"{n}")));

        var messages = await Receiver.Take(500);
        await Task.WhenAll(messages.Select(m => Receiver.CompleteMessageAsync(m)));

        // What comes after its call has returned the client hands back unseen: then it comes again, as if for the first time.
        var inOrder = messages.OrderBy(m => m.SequenceNumber).Select(m => (m.Body.ToString(), m.DeliveryCount));
        Assert.Equal(Enumerable.Range(0, 500).Select(n => ($"{n}", 1)), inOrder);
        Assert.Equal(0, Bus.Queue.Count);
    }

    [Fact]
    public async Task The_same_message_id_is_taken_once()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("first") { MessageId = "m1" });
        await Sender.SendMessageAsync(new ServiceBusMessage("second") { MessageId = "m1" });

        Assert.Equal("first", (await Receiver.Next()).Body.ToString());
        Assert.Equal(1, Bus.Queue.Count);
    }

    [Fact]
    public async Task A_copy_of_a_dead_letter_can_be_sent_again_without_the_brokers_marks()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1", ApplicationProperties = { ["case"] = "c-1" } });
        await Receiver.DeadLetterMessageAsync(await Receiver.Next(), "UnknownDriver");
        var dead = await DeadLetters.Next();

        await Sender.SendMessageAsync(new ServiceBusMessage(dead) { MessageId = "m1-again" });

        var again = await Receiver.Next();
        Assert.Equal(("m1-again", "x", 1), (again.MessageId, again.Body.ToString(), again.DeliveryCount));
        Assert.Equal(["case"], again.ApplicationProperties.Keys);
        Assert.Null(again.DeadLetterReason);
    }

    [Fact]
    public async Task A_message_sent_with_a_schedule_comes_when_the_business_clock_says_so()
    {
        var due = RunningBroker.Start.AddDays(3);
        await Sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1", ScheduledEnqueueTime = due });
        Assert.Null(await Receiver.ReceiveMessageAsync(NotAtAll));

        var waiting = Receiver.ReceiveMessageAsync(A.Limit);
        Bus.Clock.AdvanceTo(due);

        var message = await waiting;
        Assert.Equal(("m1", due, due), (message.MessageId, message.ScheduledEnqueueTime, message.EnqueuedTime));
    }

    [Fact]
    public async Task A_scheduled_message_is_cancelled_by_its_number()
    {
        var number = await Sender.ScheduleMessageAsync(new ServiceBusMessage("x"), RunningBroker.Start.AddHours(1));
        Assert.Equal(ServiceBusMessageState.Scheduled, (await Receiver.PeekMessageAsync()).State);

        await Sender.CancelScheduledMessageAsync(number);

        Assert.Equal(0, Bus.Queue.Count);
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => Sender.CancelScheduledMessageAsync(number));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, error.Reason);
    }

    [Fact]
    public async Task An_unknown_queue_is_named()
    {
        var lost = Bus.Client.CreateSender("no-such");

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => lost.SendMessageAsync(new ServiceBusMessage("x")));

        Assert.Equal((ServiceBusFailureReason.MessagingEntityNotFound, false), (error.Reason, error.IsTransient));
        Assert.Contains("'no-such'", error.Message, StringComparison.Ordinal);
    }
}
