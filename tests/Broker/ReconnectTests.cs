using Azure.Messaging.ServiceBus;
using FunctionsHosting.Broker;

namespace ServiceBus.Tests;

public sealed class ReconnectTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Senders_and_receivers_go_on_after_the_broker_was_restarted_on_the_same_port()
    {
        var before = Open();
        var sender = before.Client.CreateSender(A.QueueName);
        var receiver = before.Client.CreateReceiver(A.QueueName);
        await sender.SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });
        var held = await receiver.ReceiveMessageAsync(Soon);
        await before.Stop();

        await using var after = Open(before.Edge.Port);
        await sender.SendMessageAsync(new ServiceBusMessage("y") { MessageId = "m2" });

        var messages = await receiver.ReceiveMessagesAsync(10, Soon);
        Assert.Equal(["m1", "m2"], messages.Select(m => m.MessageId));
        var error = await Assert.ThrowsAsync<ServiceBusException>(() => receiver.CompleteMessageAsync(held!));
        Assert.Equal(ServiceBusFailureReason.MessageLockLost, error.Reason);
        await receiver.CompleteMessageAsync(messages[0]);
        await before.Client.DisposeAsync();
    }

    [Fact]
    public async Task A_receiver_that_waits_while_the_broker_restarts_gets_the_next_message()
    {
        var before = Open();
        var waiting = before.Client.CreateReceiver(A.QueueName).ReceiveMessageAsync(Soon);
        await before.Stop();

        await using var after = Open(before.Edge.Port);
        await after.Client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("x") { MessageId = "m1" });

        Assert.Equal("m1", (await waiting)!.MessageId);
        await before.Client.DisposeAsync();
    }

    [Fact]
    public async Task Nobody_listening_is_a_communication_problem()
    {
        await using var bus = Open();
        await bus.Stop();

        var sender = bus.Client.CreateSender(A.QueueName);

        var error = await Assert.ThrowsAsync<ServiceBusException>(() => sender.SendMessageAsync(new ServiceBusMessage("x")));

        Assert.Equal((ServiceBusFailureReason.ServiceCommunicationProblem, true), (error.Reason, error.IsTransient));
    }

    [Fact]
    public async Task A_port_taken_is_named_with_the_setting_that_changes_it()
    {
        await using var bus = Open();

        var error = Assert.Throws<InvalidOperationException>(() => Open(bus.Edge.Port));

        Assert.Contains($"port {bus.Edge.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("ServiceBus:Port", error.Message, StringComparison.Ordinal);
    }

    private RunningBroker Open(int port = 0) =>
        RunningBroker.Open(new BrokerOptions { Queues = [A.Queue], DataFile = Path.Combine(_folder, "broker.db") }, port);
}
