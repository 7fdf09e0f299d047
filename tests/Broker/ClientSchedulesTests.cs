using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

public sealed class ClientSchedulesTests : ClientDesk
{
    private static readonly DateTimeOffset Morning = RunningBroker.Start.AddHours(10);

    [Fact]
    public async Task A_scheduled_message_comes_behind_what_was_sent_meanwhile_with_a_number_of_its_own()
    {
        var scheduled = await Sender.ScheduleMessageAsync(new ServiceBusMessage("A"), RunningBroker.Start.AddSeconds(3));
        await Sender.SendMessageAsync(new ServiceBusMessage("b"));
        await Sender.SendMessageAsync(new ServiceBusMessage("c"));

        Bus.Clock.AdvanceTo(RunningBroker.Start.AddSeconds(3));

        var messages = await Receiver.Take(3);
        Assert.Equal(["b", "c", "A"], messages.Select(m => m.Body.ToString()));
        Assert.Equal([1L, 2, 3], messages.Select(m => m.SequenceNumber - scheduled));
    }

    [Fact]
    public async Task Scheduled_messages_come_in_the_order_of_their_times()
    {
        await Sender.ScheduleMessageAsync(new ServiceBusMessage("late"), Morning.AddHours(1));
        await Sender.ScheduleMessagesAsync([new ServiceBusMessage("first"), new ServiceBusMessage("second")], Morning);

        Bus.Clock.AdvanceTo(Morning.AddHours(2));

        var messages = await Receiver.Take(3);
        Assert.Equal(["first", "second", "late"], messages.Select(m => m.Body.ToString()));
        Assert.Equal(messages.Select(m => m.SequenceNumber).Order(), messages.Select(m => m.SequenceNumber));
        Assert.All(messages, m => Assert.Equal((Morning.AddHours(2), ServiceBusMessageState.Active), (m.EnqueuedTime, m.State)));
    }

    [Fact]
    public async Task Until_its_time_it_is_peeked_under_the_number_that_cancels_it()
    {
        var numbers = await Sender.ScheduleMessagesAsync([new ServiceBusMessage("x"), new ServiceBusMessage("y")], Morning);

        var peeked = await Receiver.PeekMessagesAsync(10);

        Assert.Equal(numbers, peeked.Select(m => m.SequenceNumber));
        Assert.All(peeked, m => Assert.Equal((ServiceBusMessageState.Scheduled, Morning), (m.State, m.ScheduledEnqueueTime)));
        await Sender.CancelScheduledMessagesAsync(numbers);
        Assert.Empty(await Receiver.PeekMessagesAsync(10, 0));
    }

    [Fact]
    public async Task What_has_come_cannot_be_cancelled()
    {
        var number = await Sender.ScheduleMessageAsync(new ServiceBusMessage("x"), Morning);
        Bus.Clock.AdvanceTo(Morning);

        foreach (var wrong in new[] { number, (await Receiver.PeekMessageAsync()).SequenceNumber })
        {
            var error = await Assert.ThrowsAsync<ServiceBusException>(() => Sender.CancelScheduledMessageAsync(wrong));
            Assert.Equal(ServiceBusFailureReason.MessageNotFound, error.Reason);
        }

        Assert.Equal("x", (await Receiver.Next()).Body.ToString());
    }

    [Fact]
    public async Task A_batch_may_hold_messages_for_now_and_for_later()
    {
        using var batch = await Sender.CreateMessageBatchAsync();
        batch.TryAddMessage(new ServiceBusMessage("later") { ScheduledEnqueueTime = Morning });
        batch.TryAddMessage(new ServiceBusMessage("now"));
        await Sender.SendMessagesAsync(batch);

        Assert.Equal("now", (await Receiver.Next()).Body.ToString());
        Bus.Clock.AdvanceTo(Morning);
        Assert.Equal("later", (await Receiver.Next()).Body.ToString());
    }
}
