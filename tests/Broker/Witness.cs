using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

/// <summary>A client that sends and receives all the while on a connection of its own, and notices whatever goes wrong with it.</summary>
internal sealed class Witness : IAsyncDisposable
{
    public const string QueueName = "witness";

    private readonly ServiceBusClient _client;
    private readonly CancellationTokenSource _enough = new();
    private readonly Task<int> _running;

    public Witness(string connectionString)
    {
        // No second chance: a connection dropped is a failure.
        _client = new(connectionString, new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0, TryTimeout = A.Limit } });
        _running = Task.Run(Run);
    }

    /// <summary>Ends it; how many messages it sent and had back, each once and in order.</summary>
    public async Task<int> Messages()
    {
        await _enough.CancelAsync();
        return await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _enough.Dispose();
    }

    private async Task<int> Run()
    {
        var sender = _client.CreateSender(QueueName);
        await using var receiver = _client.CreateReceiver(QueueName);
        var n = 0;
        while (!_enough.IsCancellationRequested)
        {
            await sender.SendMessageAsync(new ServiceBusMessage($"{n}"));
            var message = await receiver.Next();
            Assert.Equal((n, 1), (int.Parse(message.Body.ToString(), System.Globalization.CultureInfo.InvariantCulture), message.DeliveryCount));
            await receiver.CompleteMessageAsync(message);
            n++;
        }

        Assert.Null(await receiver.PeekMessageAsync());
        return n;
    }
}
