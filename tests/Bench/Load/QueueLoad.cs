using Azure.Messaging.ServiceBus;

namespace Bench.Load;

/// <summary>Messages of 1 KB through one queue, by one of Microsoft's clients.</summary>
internal sealed class QueueLoad(ServiceBusClient client, string queue) : IAsyncDisposable
{
    /// <summary>Messages of one batch, sent or received.</summary>
    public const int Batch = 100;

    /// <summary>Calls of a processor at the same time, as the product's host.json has it.</summary>
    public const int Calls = 16;

    private static readonly BinaryData Body = BinaryData.FromString(new string('x', 1024));
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ServiceBusSender _sender = client.CreateSender(queue);
    private readonly ServiceBusReceiver _receiver = client.CreateReceiver(queue);

    /// <returns>Messages a second.</returns>
    public async Task<double> Send(int atOnce, int many, CancellationToken cancellation) =>
        (await Sending.AtOnce(atOnce, 0, many, (_, ct) => _sender.SendMessageAsync(new(Body), ct), cancellation)).PerSecond;

    /// <returns>Messages a second, in batches one after another.</returns>
    public async Task<double> SendBatches(int many, CancellationToken cancellation)
    {
        var sent = await Sending.AtOnce(
            1, 0, many / Batch, (_, ct) => _sender.SendMessagesAsync(Enumerable.Range(0, Batch).Select(static _ => new ServiceBusMessage(Body)), ct), cancellation);
        return sent.PerSecond * Batch;
    }

    /// <summary>Asks for a batch, completes all of it at once, asks for the next.</summary>
    /// <returns>Messages a second.</returns>
    public async Task<double> Complete(int many, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        for (var left = many; left > 0;)
        {
            var messages = await _receiver.ReceiveMessagesAsync(Math.Min(Batch, left), Patience, cancellation);
            left -= messages.Count > 0 ? messages.Count : throw new NotMeasuredException($"{left} messages of {queue} did not come.");
            await Task.WhenAll(messages.Select(message => _receiver.CompleteMessageAsync(message, cancellation)));
        }

        return many / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>Has a processor complete all that there are.</summary>
    /// <returns>Messages a second, from its start to the last one completed.</returns>
    public async Task<double> Process(int many, CancellationToken cancellation)
    {
        await using var processor = client.CreateProcessor(queue, new ServiceBusProcessorOptions { MaxConcurrentCalls = Calls, AutoCompleteMessages = false });
        var (left, done) = (many, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        processor.ProcessMessageAsync += async message =>
        {
            await message.CompleteMessageAsync(message.Message, cancellation);
            if (Interlocked.Decrement(ref left) == 0)
            {
                done.TrySetResult();
            }
        };
        processor.ProcessErrorAsync += error =>
        {
            done.TrySetException(error.Exception);
            return Task.CompletedTask;
        };
        var began = Stopwatch.GetTimestamp();
        await processor.StartProcessingAsync(cancellation);
        await done.Task.WaitAsync(cancellation);
        var took = Stopwatch.GetElapsedTime(began);
        await processor.StopProcessingAsync(cancellation);
        return many / took.TotalSeconds;
    }

    public async ValueTask DisposeAsync()
    {
        await _sender.DisposeAsync();
        await _receiver.DisposeAsync();
    }
}
