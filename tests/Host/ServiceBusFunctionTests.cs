using Azure.Messaging.ServiceBus;
using FunctionsHosting;
using SmallApp;

namespace Host.Tests;

public sealed class ServiceBusFunctionTests
{
    [Fact]
    public async Task A_message_is_handed_over_completed_by_its_function_and_gone()
    {
        await using var bus = await Bus.Start(nameof(QueueFunctions.TakeOrder));
        await bus.Send("orders", new ServiceBusMessage("tea"));
        await bus.Host.WhenIdle();

        Assert.Equal(["order tea #1"], bus.Host.Lines());
        Assert.Empty(await bus.Left("orders"));
    }

    [Fact]
    public async Task A_message_given_back_comes_again_with_what_was_noted_on_it()
    {
        await using var bus = await Bus.Start(nameof(QueueFunctions.TakeOrder));
        await bus.Send("orders", new ServiceBusMessage("tea") { Subject = "abandon" });
        await bus.Host.WhenIdle();

        Assert.Equal(["order tea #1", "order tea #2"], bus.Host.Lines());
        Assert.Empty(await bus.Left("orders"));
    }

    [Fact]
    public async Task A_dead_letter_has_reason_and_properties_and_a_trigger_of_its_own()
    {
        await using var bus = await Bus.Start(nameof(QueueFunctions.TakeOrder), nameof(QueueFunctions.SeeDead));
        await bus.Send("orders", new ServiceBusMessage("air") { Subject = "bad" });
        await bus.Host.WhenIdle();

        Assert.Equal(["order air #1", "dead air: NoOrder, It orders nothing. TakeOrder"], bus.Host.Lines());
        Assert.Empty(await bus.Left("orders/$DeadLetterQueue"));
    }

    [Fact]
    public async Task The_host_completes_what_its_function_did_not_and_gives_back_what_it_failed_on_until_it_is_dead()
    {
        await using var bus = await Bus.Start(nameof(QueueFunctions.ReadText));
        await bus.Send("texts", new ServiceBusMessage("reads"));
        await bus.Send("texts", new ServiceBusMessage("fails"));
        await bus.Host.WhenIdle();

        Assert.Equal(["text fails #1", "text fails #2", "text fails #3", "text reads #1"], bus.Host.Lines().Order(StringComparer.Ordinal));
        Assert.Empty(await bus.Left("texts"));
        Assert.Equal("MaxDeliveryCountExceeded", Assert.Single(await bus.Left("texts/$DeadLetterQueue")).DeadLetterReason);
    }

    [Fact]
    public async Task A_stopping_host_finishes_the_messages_at_work()
    {
        var bus = await Bus.Start(nameof(QueueFunctions.TakeOrder));
        await bus.Send("orders", new ServiceBusMessage("tea") { Subject = "slow" });
        var gate = bus.Host.Gate();
        var lines = bus.Host.Lines();
        await gate.Begun.Task;

        var stopping = bus.DisposeAsync();
        Assert.False(stopping.IsCompleted);
        gate.MayEnd.SetResult();
        await stopping;

        Assert.Equal(["order tea #1"], lines);
    }

    [Fact]
    public async Task A_queue_the_broker_does_not_have_is_refused_at_the_start()
    {
        using var folder = new TempFolder();
        var config = Path.Combine(folder.Path, "config.json");
        await File.WriteAllTextAsync(config, """{ "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns", "Queues": [ { "Name": "others" } ] } ] } }""");

        var refused = await Assert.ThrowsAsync<HostStartException>(
            () => (Small.Only(nameof(QueueFunctions.ReadText)) with { BrokerConfig = config }).Run());

        Assert.StartsWith(
            "function 'ReadText' listens to queue 'texts', which the broker does not have", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    /// <summary>A host with a broker of its own in memory, and a client of that broker.</summary>
    private sealed class Bus(FunctionsHost host) : IAsyncDisposable
    {
        private readonly ServiceBusClient _client = new(host.Settings["ServiceBusConnection"]);

        public FunctionsHost Host => host;

        public static async Task<Bus> Start(params string[] functions) => new(await Small.Only(functions).Run());

        public async Task Send(string queue, ServiceBusMessage message)
        {
            await using var sender = _client.CreateSender(queue);
            await sender.SendMessageAsync(message);
        }

        public async Task<IReadOnlyList<ServiceBusReceivedMessage>> Left(string queue)
        {
            await using var receiver = _client.CreateReceiver(queue);
            return await receiver.PeekMessagesAsync(10);
        }

        public async ValueTask DisposeAsync()
        {
            await _client.DisposeAsync();
            await host.DisposeAsync();
        }
    }
}
