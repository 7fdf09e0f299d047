using System.Transactions;
using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

/// <summary>What Azure does not let anybody do, and what this broker does not do: each is told as that, and nothing is half done.</summary>
public sealed class ClientRefusalsTests : ClientDesk
{
    private const string DeadLetterPath = A.QueueName + "/$DeadLetterQueue";

    [Fact]
    public async Task Nobody_sends_to_a_dead_letter_queue()
    {
        var sender = Bus.Client.CreateSender(DeadLetterPath);

        await Assert.ThrowsAsync<InvalidOperationException>(() => sender.SendMessageAsync(new ServiceBusMessage("x")));
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => sender.ScheduleMessageAsync(new ServiceBusMessage("x"), RunningBroker.Start.AddHours(1)));

        Assert.All(Bus.Broker.Queues, q => Assert.Equal(0, q.Count));
    }

    [Fact]
    public async Task A_dead_letter_is_not_dead_lettered_again_and_its_lock_holds()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x"));
        await Receiver.DeadLetterMessageAsync(await Receiver.Next(), "UnknownDriver", "no such driver");
        var dead = await DeadLetters.Next();
        await using var other = Bus.Client.CreateReceiver(DeadLetterPath);

        // A receiver that did not get it settles by a request instead.
        foreach (var receiver in new[] { DeadLetters, other })
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => receiver.DeadLetterMessageAsync(dead, "Other"));
        }

        var peeked = await other.PeekMessageAsync();
        Assert.Equal(("UnknownDriver", "no such driver"), (peeked.DeadLetterReason, peeked.DeadLetterErrorDescription));
        await DeadLetters.CompleteMessageAsync(dead);
        Assert.All(Bus.Broker.Queues, q => Assert.Equal(0, q.Count));
    }

    [Fact]
    public async Task A_dead_letter_can_be_abandoned_deferred_and_fetched()
    {
        await Sender.SendMessageAsync(new ServiceBusMessage("x"));
        await Receiver.DeadLetterMessageAsync(await Receiver.Next(), "UnknownDriver");
        await DeadLetters.AbandonMessageAsync(await DeadLetters.Next());
        var dead = await DeadLetters.Next();

        await DeadLetters.DeferMessageAsync(dead);

        var fetched = await DeadLetters.ReceiveDeferredMessageAsync(dead.SequenceNumber);
        Assert.Equal(("x", "UnknownDriver"), (fetched.Body.ToString(), fetched.DeadLetterReason));
    }

    [Fact]
    public async Task A_subscription_is_not_supported_rather_than_not_found()
    {
        await using var receiver = Bus.Client.CreateReceiver("complaints", "everything");
        await using var rules = Bus.Client.CreateRuleManager("complaints", "everything");

        foreach (var use in new Func<Task>[] { () => receiver.ReceiveMessageAsync(A.Limit), () => receiver.PeekMessageAsync(), () => rules.CreateRuleAsync("all", new Azure.Messaging.ServiceBus.Administration.TrueRuleFilter()) })
        {
            var error = await Assert.ThrowsAsync<NotSupportedException>(use);
            Assert.Contains("topics and subscriptions are not supported", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_name_that_may_be_a_topics_is_told_what_there_is()
    {
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => Bus.Client.CreateSender("complaints").SendMessageAsync(new ServiceBusMessage("x")));

        Assert.Equal(ServiceBusFailureReason.MessagingEntityNotFound, error.Reason);
        Assert.Contains("does not support topics", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transaction_is_not_supported_and_nothing_of_it_is_done()
    {
        using (new TransactionScope(TransactionScopeAsyncFlowOption.Enabled))
        {
            await Assert.ThrowsAnyAsync<Exception>(() => Sender.SendMessageAsync(new ServiceBusMessage("x")));
        }

        Assert.Equal(0, Bus.Queue.Count);
    }
}
