using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using FunctionsHosting;
using Microsoft.Extensions.Logging;

namespace Host.Tests;

/// <summary>An app in the shape of the Service Bus quickstarts, as a process: no HTTP, no durable functions, no storage.</summary>
public sealed class QueueAppTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_text_with_more_of_its_message_and_a_message_that_its_function_settles()
    {
        using var lines = new WrittenLines();
        await using var host = await FunctionsHost.StartAsync(BuiltApp.Named("QueueApp"), new()
        {
            Worker = WorkerPlace.OwnProcess,
            Logging = logging => logging.AddProvider(lines),
            DrainLimit = TimeSpan.FromSeconds(10),
        });
        await using var client = new ServiceBusClient(host.Settings["ServiceBusConnection"]);

        await client.CreateSender("orders").SendMessageAsync(new ServiceBusMessage("tea") { MessageId = "m-1", ApplicationProperties = { ["colour"] = "green" } });
        await client.CreateSender("complaints").SendMessageAsync(new ServiceBusMessage("cold"));
        var dead = await client.CreateReceiver("complaints", new ServiceBusReceiverOptions
        {
            SubQueue = SubQueue.DeadLetter,
            ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete,
        }).ReceiveMessageAsync(Limit);
        await host.WhenIdle().WaitAsync(Limit);

        Assert.Equal(("cold", "NotOurs"), ($"{dead.Body}", dead.DeadLetterReason));
        Assert.Contains("""taken: tea, m-1, delivery 1, {"colour":"green"}""", lines.Written);
        Assert.Null(await client.CreateReceiver("orders").PeekMessageAsync());
    }

    private sealed class WrittenLines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Enqueue(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
