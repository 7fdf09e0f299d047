using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

/// <summary>The sizes of Azure's standard tier. What is too large is refused as that, at once and for good.</summary>
public sealed class ClientLimitsTests : ClientDesk
{
    private static readonly DateTimeOffset Morning = RunningBroker.Start.AddHours(10);

    [Fact]
    public async Task Sent_or_scheduled_262000_bytes_go_through()
    {
        var body = new byte[262_000];
        Random.Shared.NextBytes(body);

        await Sender.SendMessageAsync(new ServiceBusMessage(body));
        await Sender.ScheduleMessageAsync(new ServiceBusMessage(body), Morning);

        Bus.Clock.AdvanceTo(Morning);
        Assert.All(await Receiver.Take(2), m => Assert.Equal(body, m.Body.ToArray()));
    }

    [Theory]
    [InlineData(262_144)]
    [InlineData(3_000_000)]
    public async Task What_is_too_large_to_be_scheduled_is_refused_as_that_and_the_next_is_not(int size)
    {
        await AssertTooLarge(() => Sender.ScheduleMessageAsync(new ServiceBusMessage(new byte[size]), Morning));

        await Sender.ScheduleMessageAsync(new ServiceBusMessage("x"), Morning);
        Assert.Equal(1, Bus.Queue.Count);
        Assert.DoesNotContain(Bus.Log.All, line => line.Contains("dropped", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Messages_that_are_too_large_together_cannot_be_scheduled_together()
    {
        await AssertTooLarge(() => Sender.ScheduleMessagesAsync([new(new byte[150_000]), new(new byte[150_000])], Morning));

        Assert.Equal(0, Bus.Queue.Count);
    }

    [Theory]
    [InlineData(3, 25_000)]
    [InlineData(1, 33_000)]
    public async Task Properties_above_64_KB_in_all_or_32_KB_each_are_refused(int count, int size)
    {
        var message = With(count, size);

        await AssertTooLarge(() => Sender.SendMessageAsync(message));
        await AssertTooLarge(() => Sender.SendMessagesAsync([new ServiceBusMessage("x"), message]));
        await AssertTooLarge(() => Sender.ScheduleMessageAsync(message, Morning));

        Assert.Equal(0, Bus.Queue.Count);
    }

    [Fact]
    public async Task Properties_below_that_arrive()
    {
        await Sender.SendMessageAsync(With(2, 30_000));

        Assert.Equal([30_000, 30_000], (await Receiver.Next()).ApplicationProperties.Values.Select(v => ((string)v).Length));
    }

    private static ServiceBusMessage With(int count, int size)
    {
        var message = new ServiceBusMessage("x");
        for (var n = 0; n < count; n++)
        {
            message.ApplicationProperties[$"p{n}"] = new string('.', size);
        }

        return message;
    }

    private static async Task AssertTooLarge(Func<Task> send)
    {
        var error = await Assert.ThrowsAsync<ServiceBusException>(send);
        Assert.Equal((ServiceBusFailureReason.MessageSizeExceeded, false), (error.Reason, error.IsTransient));
    }
}
