using Azure.Messaging.ServiceBus;
using FunctionsHosting.Worker.Rpc;
using Google.Protobuf;

namespace FunctionsHosting.ServiceBus;

/// <summary>
/// Receives the messages of all functions on queues, each with an official processor and host.json's options, over one connection a connection string.
/// </summary>
/// <param name="giveUp">Cancelled when a stopping host no longer waits for functions.</param>
internal sealed partial class QueueListeners(
    HostJson host, IReadOnlyDictionary<string, string?> settings, FunctionInvoker invoker, PendingMessages pending, WorkTracker work,
    ILogger<QueueListeners> log, CancellationToken giveUp) : IAsyncDisposable
{
    /// <summary>A broker that is away does not keep the host from starting: its processors go on trying.</summary>
    private static readonly TimeSpan ReadyLimit = TimeSpan.FromSeconds(10);

    /// <summary>How long a message is kept back that came while no worker ran.</summary>
    private static readonly TimeSpan WithoutWorker = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, ServiceBusClient> _clients = [];
    private readonly List<ServiceBusProcessor> _processors = [];

    public async Task Start(IEnumerable<FunctionEntry> functions, Func<QueueTrigger, Task> heard, CancellationToken cancellation)
    {
        List<Task> ready = [];
        foreach (var function in functions)
        {
            if (function.Trigger is QueueTrigger queue)
            {
                await Processor(function.Name, queue).StartProcessingAsync(cancellation);
                ready.Add(heard(queue));
            }
        }

        await Task.WhenAny(Task.WhenAll(ready), Task.Delay(ReadyLimit, TimeProvider.System, cancellation));
    }

    /// <summary>Receives nothing more and waits until the messages at work are settled.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_processors.Select(static processor => processor.DisposeAsync().AsTask()));
        await Task.WhenAll(_clients.Values.Select(static client => client.DisposeAsync().AsTask()));
    }

    private ServiceBusProcessor Processor(string function, QueueTrigger queue)
    {
        var connection = queue.ConnectionSetting;
        var client = _clients.TryGetValue(connection, out var known) ? known : _clients[connection] = new ServiceBusClient(settings[connection]);
        var processor = client.CreateProcessor(queue.Path, new ServiceBusProcessorOptions
        {
            AutoCompleteMessages = queue.AutoComplete,
            MaxConcurrentCalls = host.MaxConcurrentCalls,
            MaxAutoLockRenewalDuration = host.MaxAutoLockRenewal,
            PrefetchCount = host.PrefetchCount,
        });
        processor.ProcessMessageAsync += args => Process(function, queue, args);
        processor.ProcessErrorAsync += args =>
        {
            // What the function threw has been told already.
            if (args.ErrorSource is not ServiceBusErrorSource.ProcessMessageCallback)
            {
                LogFault(function, queue.Path, args.ErrorSource, args.Exception);
            }

            return Task.CompletedTask;
        };
        _processors.Add(processor);
        return processor;
    }

    private async Task Process(string function, QueueTrigger queue, ProcessMessageEventArgs args)
    {
        using var underWay = work.Begin("message function");
        pending[args.Message.LockToken] = args;
        try
        {
            await invoker.Invoke(function, Data(args.Message, queue.AsModel), Metadata(args.Message), cancellation: giveUp);
        }
        catch (Exception e)
        {
            LogFailed(function, args.Message.MessageId, args.Message.DeliveryCount, e);

            if (e is WorkerGoneException)
            {
                // Nobody is there to take it: given back at once, it would be a dead letter before the next worker runs.
                await Task.Delay(WithoutWorker, TimeProvider.System, giveUp).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            // The processor gives it back.
            throw;
        }
        finally
        {
            pending.TryRemove(args.Message.LockToken, out _);
        }
    }

    private static TypedData Data(ServiceBusReceivedMessage message, bool asModel) => !asModel
        ? new() { Bytes = ByteString.CopyFrom(message.Body.ToMemory().Span) }
        : new()
        {
            ModelBindingData = new()
            {
                Version = "1.0",
                Source = "AzureServiceBusReceivedMessage",
                ContentType = "application/octet-stream",
                Content = ByteString.CopyFrom([.. Guid.Parse(message.LockToken).ToByteArray(), .. message.GetRawAmqpMessage().ToBytes().ToMemory().Span]),
            },
        };

    /// <summary>By which a function's further parameters are bound; numbers travel as JSON.</summary>
    private static IEnumerable<KeyValuePair<string, TypedData>> Metadata(ServiceBusReceivedMessage message)
    {
        (string Name, string? Text)[] texts =
        [
            ("MessageId", message.MessageId), ("LockToken", message.LockToken), ("EnqueuedTimeUtc", $"{message.EnqueuedTime.UtcDateTime:O}"),
            ("ExpiresAtUtc", $"{message.ExpiresAt.UtcDateTime:O}"), ("CorrelationId", message.CorrelationId), ("Subject", message.Subject),
            ("ContentType", message.ContentType), ("To", message.To), ("ReplyTo", message.ReplyTo), ("DeadLetterSource", message.DeadLetterSource),
        ];
        return texts.Where(static one => one.Text is not null).Select(static one => KeyValuePair.Create(one.Name, new TypedData { String = one.Text }))
            .Append(new("DeliveryCount", new() { Json = $"{message.DeliveryCount}" }))
            .Append(new("SequenceNumber", new() { Json = $"{message.SequenceNumber}" }))
            .Append(new("ApplicationProperties", new() { Json = JsonSerializer.Serialize(message.ApplicationProperties) }));
    }

    [LoggerMessage(LogLevel.Error, "{Function} failed on message {MessageId} (delivery {DeliveryCount}); it is given back")]
    private partial void LogFailed(string function, string messageId, int deliveryCount, Exception exception);
    [LoggerMessage(LogLevel.Warning, "{Function} has trouble with its queue {Queue} ({Source})")]
    private partial void LogFault(string function, string queue, ServiceBusErrorSource source, Exception exception);
}
