using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

public sealed class ClientReceivesTests : ClientDesk
{
    [Fact]
    public async Task A_waiting_receiver_gets_the_message_when_it_comes()
    {
        var waiting = Receiver.ReceiveMessageAsync(A.Limit);

        await Sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        Assert.Equal("m1", (await waiting).MessageId);
    }

    [Fact]
    public async Task A_receiver_that_waited_in_vain_takes_no_message_afterwards()
    {
        Assert.Null(await Receiver.ReceiveMessageAsync(NotAtAll));

        await Sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        await using var other = Bus.Client.CreateReceiver(A.QueueName);
        Assert.Equal("m1", (await other.Next()).MessageId);
    }

    [Fact]
    public async Task A_cancelled_receive_takes_no_message()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = Receiver.ReceiveMessageAsync(A.Limit, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        await Sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        await using var other = Bus.Client.CreateReceiver(A.QueueName);
        Assert.Equal("m1", (await other.Next()).MessageId);
    }

    [Fact]
    public async Task Peeking_shows_every_message_and_locks_none()
    {
        await Sender.SendMessagesAsync([new ServiceBusMessage("x") { MessageId = "m1" }, new ServiceBusMessage("y") { MessageId = "m2" }]);

        Assert.Equal("m1", (await Receiver.PeekMessageAsync()).MessageId);
        Assert.Equal("m2", (await Receiver.PeekMessageAsync()).MessageId);
        Assert.Null(await Receiver.PeekMessageAsync());
        Assert.Equal(2, (await Receiver.PeekMessagesAsync(10, 0)).Count);
        Assert.Equal(["m1", "m2"], (await Receiver.Take(2)).Select(m => m.MessageId));
    }

    [Fact]
    public async Task What_is_received_and_deleted_is_gone()
    {
        await using var quick = Bus.Client.CreateReceiver(A.QueueName, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
        await Sender.SendMessageAsync(new ServiceBusMessage("x"));

        var message = await quick.Next();

        Assert.Equal("x", message.Body.ToString());
        Assert.Equal(0, Bus.Queue.Count);
    }

    [Fact]
    public async Task A_processor_handles_every_message_once()
    {
        var handled = new List<string>();
        var all = new TaskCompletionSource();
        await using var processor = Bus.Client.CreateProcessor(A.QueueName, new ServiceBusProcessorOptions { MaxConcurrentCalls = 4, PrefetchCount = 10 });
        processor.ProcessErrorAsync += error => Task.FromException(error.Exception);
        processor.ProcessMessageAsync += message =>
        {
            lock (handled)
            {
                handled.Add(message.Message.MessageId);
                if (handled.Count == 100)
                {
                    all.SetResult();
                }
            }

            return Task.CompletedTask;
        };
        await processor.StartProcessingAsync();

        await Sender.SendMessagesAsync(Enumerable.Range(0, 100).Select(n => new ServiceBusMessage("x") { MessageId = $"{n}" }));

        await all.Task.WaitAsync(A.Limit);
        await processor.StopProcessingAsync();
        Assert.Equal(Enumerable.Range(0, 100).Select(n => $"{n}").Order(), handled.Order());
        Assert.Equal(0, Bus.Queue.Count);
    }

    [Fact]
    public async Task A_session_is_refused_by_name()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(() => Bus.Client.AcceptSessionAsync(A.QueueName, "s1"));

        Assert.Contains("does not support", error.Message, StringComparison.Ordinal);
    }
}
