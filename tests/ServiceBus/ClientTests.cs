using Azure.Messaging.ServiceBus;

namespace ServiceBus.Tests;

public sealed class ClientTests : IAsyncDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly RunningBroker _bus = RunningBroker.Open();
    private readonly ServiceBusSender _sender;
    private readonly ServiceBusReceiver _receiver;

    public ClientTests()
    {
        _sender = _bus.Client.CreateSender(A.QueueName);
        _receiver = _bus.Client.CreateReceiver(A.QueueName);
    }

    public ValueTask DisposeAsync() => _bus.DisposeAsync();

    [Fact]
    public async Task A_message_arrives_with_all_it_was_sent_with()
    {
        await _sender.SendMessageAsync(new ServiceBusMessage("안녕") { MessageId = "m1", Subject = "block" });

        var message = await _receiver.ReceiveMessageAsync(Soon);

        Assert.Equal("안녕", message!.Body.ToString());
        Assert.Equal("m1", message.MessageId);
        await _receiver.CompleteMessageAsync(message);
        Assert.Null(await _receiver.ReceiveMessageAsync(TimeSpan.Zero));
    }
}
