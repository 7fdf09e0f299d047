using System.Globalization;
using Azure.Messaging.ServiceBus;
using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using FunctionsHosting.Worker;
using FunctionsHosting.Worker.Rpc;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.ServiceBus;

/// <summary>Receives a queue's messages for one function, with the official processor and host.json's options.</summary>
internal sealed partial class ServiceBusListener : IAsyncDisposable
{
    private const string ModelVersion = "1.0";
    private const string ModelSource = "AzureServiceBusReceivedMessage";
    private const string ModelContentType = "application/octet-stream";
    private const int LockTokenLength = 16;

    private readonly FunctionEntry _function;
    private readonly QueueTrigger _trigger;
    private readonly FunctionInvoker _invoker;
    private readonly PendingMessages _pending;
    private readonly WorkTracker _work;
    private readonly ILogger _log;
    private readonly CancellationToken _giveUp;
    private readonly ServiceBusProcessor _processor;

    /// <param name="function">A function on a queue.</param>
    /// <param name="client">The connection to its broker.</param>
    /// <param name="host">Prefetch, concurrency, lock renewal.</param>
    /// <param name="invoker">Has the function run.</param>
    /// <param name="pending">Gets every message at work, for its settlement.</param>
    /// <param name="work">Counts messages under way.</param>
    /// <param name="log">Told of failed messages and lost connections.</param>
    /// <param name="giveUp">Cancelled when a stopping host no longer waits for functions.</param>
    public ServiceBusListener(
        FunctionEntry function, ServiceBusClient client, HostJson host, FunctionInvoker invoker, PendingMessages pending, WorkTracker work, ILogger log,
        CancellationToken giveUp)
    {
        _function = function;
        _trigger = (QueueTrigger)function.Trigger;
        (_invoker, _pending, _work, _log, _giveUp) = (invoker, pending, work, log, giveUp);
        _processor = client.CreateProcessor(_trigger.Path, new ServiceBusProcessorOptions
        {
            AutoCompleteMessages = _trigger.AutoComplete,
            MaxConcurrentCalls = host.MaxConcurrentCalls,
            MaxAutoLockRenewalDuration = host.MaxAutoLockRenewal,
            PrefetchCount = host.PrefetchCount,
        });
        _processor.ProcessMessageAsync += Process;
        _processor.ProcessErrorAsync += Note;
    }

    public string Queue => _trigger.Path;

    public Task Start(CancellationToken cancellation) => _processor.StartProcessingAsync(cancellation);

    /// <summary>Receives nothing more and waits until the messages at work are settled.</summary>
    public ValueTask DisposeAsync() => _processor.DisposeAsync();

    private async Task Process(ProcessMessageEventArgs args)
    {
        using var underWay = _work.Begin("message function");
        _pending.Add(args);
        try
        {
            var message = args.Message;
            await _invoker.Invoke(_function.Name, Data(message), Metadata(message), cancellation: _giveUp);
        }
        catch (Exception e)
        {
            LogFailed(_log, _function.Name, args.Message.MessageId, args.Message.DeliveryCount, e);

            // The processor gives it back.
            throw;
        }
        finally
        {
            _pending.Remove(args);
        }
    }

    private TypedData Data(ServiceBusReceivedMessage message)
    {
        if (!_trigger.AsModel)
        {
            return new() { Bytes = ByteString.CopyFrom(message.Body.ToMemory().Span) };
        }

        var body = message.GetRawAmqpMessage().ToBytes().ToMemory();
        var content = new byte[LockTokenLength + body.Length];
        Guid.Parse(message.LockToken).TryWriteBytes(content);
        body.CopyTo(content.AsMemory(LockTokenLength));
        return new()
        {
            ModelBindingData = new()
            {
                Version = ModelVersion,
                Source = ModelSource,
                ContentType = ModelContentType,
                Content = UnsafeByteOperations.UnsafeWrap(content),
            },
        };
    }

    /// <summary>By which a function's further parameters are bound; numbers travel as JSON.</summary>
    private static Dictionary<string, TypedData> Metadata(ServiceBusReceivedMessage message)
    {
        var data = new Dictionary<string, TypedData>
        {
            ["MessageId"] = new() { String = message.MessageId },
            ["LockToken"] = new() { String = message.LockToken },
            ["DeliveryCount"] = new() { Json = message.DeliveryCount.ToString(CultureInfo.InvariantCulture) },
            ["SequenceNumber"] = new() { Json = message.SequenceNumber.ToString(CultureInfo.InvariantCulture) },
            ["EnqueuedTimeUtc"] = new() { String = message.EnqueuedTime.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) },
        };
        foreach (var (name, text) in new[] { ("CorrelationId", message.CorrelationId), ("Subject", message.Subject), ("ContentType", message.ContentType) })
        {
            if (text is not null)
            {
                data[name] = new() { String = text };
            }
        }

        return data;
    }

    private Task Note(ProcessErrorEventArgs args)
    {
        // What the function threw has been told already.
        if (args.ErrorSource is not ServiceBusErrorSource.ProcessMessageCallback)
        {
            LogFault(_log, _function.Name, _trigger.Path, args.ErrorSource, args.Exception);
        }

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed on message {MessageId} (delivery {DeliveryCount}); it is given back")]
    private static partial void LogFailed(ILogger log, string function, string messageId, int deliveryCount, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} has trouble with its queue {Queue} ({Source})")]
    private static partial void LogFault(ILogger log, string function, string queue, ServiceBusErrorSource source, Exception exception);
}
