using Azure.Messaging.ServiceBus;
using FunctionsHosting.Broker;

namespace Broker.Tests;

public sealed class ClientReconnectsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Senders_and_receivers_go_on_after_the_broker_was_restarted_on_the_same_port()
    {
        var before = Open();
        var sender = before.Client.CreateSender(A.QueueName);
        var receiver = before.Client.CreateReceiver(A.QueueName);
        await sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });
        var held = await receiver.Next();
        await before.Stop();

        await using var after = Open(before.Edge.Port);
        await sender.SendMessageAsync(new ServiceBusMessage("y") { MessageId = "m2" });

        var messages = await receiver.Take(2);
        Assert.Equal([("m1", 2), ("m2", 1)], messages.Select(m => (m.MessageId, m.DeliveryCount)));
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(held));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, error.Reason);
        await receiver.CompleteMessageAsync(messages[0]);
        await before.Client.DisposeAsync();
    }

    [Fact]
    public async Task A_receiver_that_waits_while_the_broker_restarts_gets_the_next_message()
    {
        var before = Open();
        var waiting = before.Client.CreateReceiver(A.QueueName).ReceiveMessageAsync(A.Limit);
        await before.Stop();

        await using var after = Open(before.Edge.Port);
        await after.Client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        Assert.Equal("m1", (await waiting).MessageId);
        await before.Client.DisposeAsync();
    }

    private RunningBroker Open(int port = 0) =>
        RunningBroker.Open(new BrokerOptions { Queues = [A.Queue], DataFile = Path.Combine(_folder, "broker.db") }, port);
}
