using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

public sealed class ClientSettlesTests : ClientDesk
{
    [Fact]
    public async Task An_abandoned_message_comes_again_with_the_properties_changed()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x") { ApplicationProperties = { ["kept"] = 1 } });

        await Receiver.AbandonMessageAsync(await Receiver.Next(), new Dictionary<string, object> { ["tried"] = "once" });

        var again = await Receiver.Next();
        Assert.Equal(2, again.DeliveryCount);
        Assert.Equal((1, "once"), (again.ApplicationProperties["kept"], again.ApplicationProperties["tried"]));
    }

    [Fact]
    public async Task A_dead_letter_is_received_with_its_reason()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        await Receiver.DeadLetterMessageAsync(await Receiver.Next(), new Dictionary<string, object> { ["by"] = "test" }, "UnknownDriver", "no such driver");

        var dead = await DeadLetters.Next();
        Assert.Equal(
            ("m1", "UnknownDriver", "no such driver", A.QueueName, "test"),
            (dead.MessageId, dead.DeadLetterReason, dead.DeadLetterErrorDescription, dead.DeadLetterSource, dead.ApplicationProperties["by"]));
        await DeadLetters.CompleteMessageAsync(dead);
        Assert.Null(await DeadLetters.ReceiveMessageAsync(NotAtAll));
    }

    [Fact]
    public async Task A_deferred_message_is_fetched_by_its_number()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });
        var message = await Receiver.Next();
        await Receiver.DeferMessageAsync(message);

        var deferred = await Receiver.ReceiveDeferredMessageAsync(message.SequenceNumber);

        Assert.Equal(("m1", ServiceBusMessageState.Deferred), (deferred.MessageId, deferred.State));
        await Receiver.CompleteMessageAsync(deferred);
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => Receiver.ReceiveDeferredMessageAsync(message.SequenceNumber));
        Assert.Equal(ServiceBusFailureReason.MessageNotFound, error.Reason);
    }

    [Fact]
    public async Task A_lock_is_renewed()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x"));
        var message = await Receiver.Next();
        var before = message.LockedUntil;

        await Receiver.RenewMessageLockAsync(message);

        Assert.True(message.LockedUntil >= before);
    }

    [Fact]
    public async Task A_message_settled_twice_says_that_its_lock_is_lost()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x"));
        var message = await Receiver.Next();
        await Receiver.CompleteMessageAsync(message);

        foreach (var again in new[] { () => Receiver.CompleteMessageAsync(message), () => Receiver.RenewMessageLockAsync(message) })
        {
            var error = await Assert.ThrowsAsync<ServiceBusException>(again);
            Assert.Equal((ServiceBusFailureReason.MessageLockLost, false), (error.Reason, error.IsTransient));
        }
    }

    [Fact]
    public async Task A_message_can_be_settled_when_its_receiver_was_made_anew()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x"));
        var message = await Receiver.Next();
        await Receiver.CloseAsync();

        await using var other = Bus.Client.CreateReceiver(A.QueueName);
        await other.CompleteMessageAsync(message);

        Assert.Equal(0, Bus.Queue.Count);
    }
}
