using System.Collections.Concurrent;
using System.Threading.Channels;
using Azure.Messaging.ServiceBus;
using LocalHost;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace Worker.Tests;

public sealed class ServiceBusFunctionTests
{
    private const string Config = """
        { "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns", "Queues": [
          { "Name": "orders", "Properties": { "MaxDeliveryCount": 3, "LockDuration": "PT5S" } },
          { "Name": "others", "Properties": { "MaxDeliveryCount": 3 } } ], "Topics": [] } ] } }
        """;

    [Fact]
    public async Task A_message_is_handed_over_completed_and_gone()
    {
        await using var bus = await Bus.Start(typeof(Completing));

        await bus.Send(new ServiceBusMessage("a") { MessageId = "1" });
        await bus.Host.WhenIdle();

        Assert.Equal("1 #1 a", Assert.Single(bus.Seen.Lines));
        Assert.Empty(await bus.Left("orders"));
        Assert.Empty(await bus.Left("orders/$DeadLetterQueue"));
    }

    [Fact]
    public async Task A_function_that_throws_gets_the_message_again_until_it_is_a_dead_letter()
    {
        await using var bus = await Bus.Start(typeof(Throwing));

        await bus.Send(new ServiceBusMessage("a") { MessageId = "1" });
        await bus.Host.WhenIdle();

        Assert.Equal(["1 #1 a", "1 #2 a", "1 #3 a"], bus.Seen.Lines);
        var dead = Assert.Single(await bus.Left("orders/$DeadLetterQueue"));
        Assert.Equal("MaxDeliveryCountExceeded", dead.DeadLetterReason);
    }

    [Fact]
    public async Task A_function_may_settle_the_message_itself_and_dead_letters_have_triggers_too()
    {
        await using var bus = await Bus.Start(typeof(Refusing));

        await bus.Send(new ServiceBusMessage("a") { MessageId = "1" });
        await bus.Host.WhenIdle();

        Assert.Equal(["1 #1 a", "dead 1: NotWanted, said so"], bus.Seen.Lines);
        Assert.Empty(await bus.Left("orders"));
        Assert.Empty(await bus.Left("orders/$DeadLetterQueue"));
    }

    [Fact]
    public async Task Bodies_are_bound_as_text_and_json_and_completed_by_the_host_when_that_is_set()
    {
        await using var bus = await Bus.Start(typeof(Bodies), ("AzureFunctionsJobHost__extensions__serviceBus__autoCompleteMessages", "true"));

        await bus.Send(new ServiceBusMessage("""{"id":"k","count":2}""") { MessageId = "1", Subject = "s" });
        await bus.Send(new ServiceBusMessage("""{"id":"m","count":3}""") { MessageId = "2" }, "others");
        await bus.Host.WhenIdle();

        Assert.Equal(["json k 2 1 s 1", "text {\"id\":\"m\",\"count\":3}"], bus.Seen.Lines.Order(StringComparer.Ordinal));
        Assert.Empty(await bus.Left("orders"));
    }

    [Fact]
    public async Task A_body_that_does_not_fit_ends_as_a_dead_letter()
    {
        await using var bus = await Bus.Start(typeof(Bodies));

        await bus.Send(new ServiceBusMessage("not json") { MessageId = "1" });
        await bus.Host.WhenIdle();

        Assert.Empty(bus.Seen.Lines);
        Assert.Single(await bus.Left("orders/$DeadLetterQueue"));
    }

    [Fact]
    public async Task The_lock_is_renewed_while_a_function_works_longer_than_it()
    {
        await using var bus = await Bus.Start(typeof(Waiting));

        await bus.Send(new ServiceBusMessage("a") { MessageId = "1" });
        var message = await bus.Seen.Messages.Reader.ReadAsync();
        var lockedUntil = message.LockedUntil;
        await bus.Seen.Until(() => message.LockedUntil > lockedUntil);
        bus.Seen.MayEnd.SetResult();
        await bus.Host.WhenIdle();

        Assert.Equal("1 #1 a", Assert.Single(bus.Seen.Lines));
        Assert.Empty(await bus.Left("orders"));
    }

    [Fact]
    public async Task A_stopping_host_finishes_the_messages_at_work()
    {
        var bus = await Bus.Start(typeof(Waiting));
        await bus.Send(new ServiceBusMessage("a") { MessageId = "1" });
        await bus.Seen.Messages.Reader.ReadAsync();

        var stopping = bus.DisposeAsync();
        Assert.False(stopping.IsCompleted);
        bus.Seen.MayEnd.SetResult();
        await stopping;

        Assert.Equal("1 #1 a", Assert.Single(bus.Seen.Lines));
    }

    [Fact]
    public async Task A_queue_the_broker_does_not_have_is_refused_at_the_start()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(() => Bus.Start(typeof(UnknownQueue)));

        Assert.StartsWith(
            "function 'F' listens to queue 'ordres', which the broker does not have", Assert.Single(refused.Problems), StringComparison.Ordinal);
    }

    /// <summary>A host with a broker of its own in memory, and a client of that broker.</summary>
    private sealed class Bus(RunningHost host, ServiceBusClient client, TempFolder folder) : IAsyncDisposable
    {
        public RunningHost Host { get; } = host;

        public Seen Seen { get; } = host.Services.GetRequiredService<Seen>();

        public static async Task<Bus> Start(Type functions, params (string Name, string Value)[] settings)
        {
            var folder = new TempFolder();
            var config = Path.Combine(folder.Path, "config.json");
            await File.WriteAllTextAsync(config, Config);
            var app = TestApp.Of(functions, static builder => builder.Services.AddSingleton<Seen>());
            try
            {
                var host = await RunningHost.StartAsync(TestApp.Options(app, settings) with { BrokerConfig = config });
                return new(host, new ServiceBusClient(host.Settings["ServiceBusConnection"]!), folder);
            }
            catch
            {
                folder.Dispose();
                throw;
            }
        }

        public async Task Send(ServiceBusMessage message, string queue = "orders")
        {
            await using var sender = client.CreateSender(queue);
            await sender.SendMessageAsync(message);
        }

        public async Task<IReadOnlyList<ServiceBusReceivedMessage>> Left(string queue)
        {
            await using var receiver = client.CreateReceiver(queue);
            return await receiver.PeekMessagesAsync(10);
        }

        public async ValueTask DisposeAsync()
        {
            await client.DisposeAsync();
            await Host.DisposeAsync();
            folder.Dispose();
        }
    }

    public sealed class Seen
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public Channel<ServiceBusReceivedMessage> Messages { get; } = Channel.CreateUnbounded<ServiceBusReceivedMessage>();

        public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Add(ServiceBusReceivedMessage message) => Lines.Enqueue($"{message.MessageId} #{message.DeliveryCount} {message.Body}");

        /// <summary>Looks at real time's effect on another thread; a time-out fails the test.</summary>
        public async Task Until(Func<bool> condition)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (!condition())
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
        }
    }

    public sealed class Completing(Seen seen)
    {
        [Function("F")]
        public Task Run(
            [ServiceBusTrigger("orders", Connection = "ServiceBusConnection")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions)
        {
            seen.Add(message);
            return actions.CompleteMessageAsync(message);
        }
    }

    public sealed class Throwing(Seen seen)
    {
        [Function("F")]
        public Task Run([ServiceBusTrigger("orders", Connection = "ServiceBusConnection")] ServiceBusReceivedMessage message)
        {
            seen.Add(message);
            throw new InvalidOperationException("as told");
        }
    }

    public sealed class Refusing(Seen seen)
    {
        [Function("Orders")]
        public async Task Run(
            [ServiceBusTrigger("orders", Connection = "ServiceBusConnection")] ServiceBusReceivedMessage message,
            ServiceBusMessageActions actions,
            CancellationToken cancellation)
        {
            seen.Add(message);
            await actions.DeadLetterMessageAsync(
                message, deadLetterReason: "NotWanted", deadLetterErrorDescription: "said so", cancellationToken: cancellation);
        }

        [Function("Dead")]
        public async Task Dead(
            [ServiceBusTrigger("orders/$DeadLetterQueue", Connection = "ServiceBusConnection")] ServiceBusReceivedMessage message,
            ServiceBusMessageActions actions)
        {
            seen.Lines.Enqueue($"dead {message.MessageId}: {message.DeadLetterReason}, {message.DeadLetterErrorDescription}");
            await actions.CompleteMessageAsync(message);
        }
    }

    public sealed record Order(string Id, int Count);

    public sealed class Bodies(Seen seen)
    {
        [Function("Json")]
        public async Task Json(
            [ServiceBusTrigger("orders", Connection = "ServiceBusConnection")] Order order,
            string messageId,
            string? subject,
            int deliveryCount)
        {
            await Task.Yield();
            seen.Lines.Enqueue($"json {order.Id} {order.Count} {messageId} {subject} {deliveryCount}");
        }

        [Function("Text")]
        public void Text([ServiceBusTrigger("others", Connection = "ServiceBusConnection")] string text) => seen.Lines.Enqueue($"text {text}");
    }

    public sealed class Waiting(Seen seen)
    {
        [Function("F")]
        public async Task Run(
            [ServiceBusTrigger("orders", Connection = "ServiceBusConnection")] ServiceBusReceivedMessage message, ServiceBusMessageActions actions)
        {
            seen.Add(message);
            await seen.Messages.Writer.WriteAsync(message);
            await seen.MayEnd.Task;
            await actions.CompleteMessageAsync(message);
        }
    }

    public sealed class UnknownQueue
    {
        [Function("F")]
        public void Run([ServiceBusTrigger("ordres", Connection = "ServiceBusConnection")] string message) => _ = message;
    }
}
