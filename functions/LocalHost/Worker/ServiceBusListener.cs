using Azure.Messaging.ServiceBus;
using LocalHost.Clock;
using LocalHost.Worker.Binding;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalHost.Worker;

/// <summary>
/// Receives a queue's messages for one function, at most <c>maxConcurrentCalls</c> at a time, and takes the connection up again after faults.
/// </summary>
internal sealed partial class ServiceBusListener(
    FunctionEntry function, string connectionString, HostJson host, AttachedApp app, WorkTracker work, CancellationToken giveUp) : IAsyncDisposable
{
    private static readonly TimeSpan FirstBackOff = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestBackOff = TimeSpan.FromSeconds(30);

    private readonly QueueTrigger _trigger = (QueueTrigger)function.Trigger;
    private readonly ILogger _log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger<ServiceBusListener>();
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots = new(host.MaxConcurrentCalls);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _listening = Task.CompletedTask;

    /// <summary>Ends when the queue is being listened to, or the first attempt at it has failed.</summary>
    public Task Ready => _ready.Task;

    public void Start() => _listening = Task.Run(Listen);

    /// <summary>Receives nothing more and waits until the messages at work are settled.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        _stop.Dispose();
        _slots.Dispose();
    }

    private async Task Listen()
    {
        var backOff = FirstBackOff;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await ListenOnce(() =>
                {
                    backOff = FirstBackOff;
                    _ready.TrySetResult();
                });
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                LogStopped(_log, function.Name, _trigger.Path);
                _ready.TrySetResult();
                return;
            }
            catch (Exception e)
            {
                // Whatever it was: a listener that gives up for good would leave its queue unread.
                LogDisconnected(_log, function.Name, _trigger.Path, backOff, e);
            }

            _ready.TrySetResult();

            await Task.Delay(backOff, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            backOff = backOff * 2 < LongestBackOff ? backOff * 2 : LongestBackOff;
        }
    }

    private async Task ListenOnce(Action received)
    {
        await using var client = new ServiceBusClient(connectionString);
        await using var receiver = client.CreateReceiver(_trigger.Path, new ServiceBusReceiverOptions { PrefetchCount = host.PrefetchCount });
        try
        {
            await Receive(receiver, received);
        }
        finally
        {
            // Messages at work settle over the receiver that is about to be closed.
            await WhenAllSlotsAreFree();
        }
    }

    private async Task Receive(ServiceBusReceiver receiver, Action received)
    {
        // The first call only opens the link: from then on the broker knows that somebody listens.
        TimeSpan? wait = TimeSpan.FromMilliseconds(1);
        while (true)
        {
            await _slots.WaitAsync(_stop.Token);
            ServiceBusReceivedMessage? message = null;
            try
            {
                message = await receiver.ReceiveMessageAsync(wait, _stop.Token);
                wait = null;
                received();
            }
            finally
            {
                if (message is null)
                {
                    _slots.Release();
                }
            }

            if (message is not null)
            {
                _ = Handle(receiver, message, work.Begin("message function"));
            }
        }
    }

    /// <summary>Never throws: every fault is logged, and the message then comes again or goes to the dead letters by the broker's rules.</summary>
    private async Task Handle(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, IDisposable underWay)
    {
        await Task.Yield();
        var actions = new ListenerMessageActions(receiver);
        using (underWay)
        await using (LockRenewal.Begin(receiver, message, host.MaxAutoLockRenewal, _log))
        {
            try
            {
                await Invoke(message, actions);
                if (_trigger.AutoComplete && !actions.Settled(message))
                {
                    await actions.CompleteMessageAsync(message, CancellationToken.None);
                }
            }
            catch (Exception e)
            {
                LogFailed(_log, function.Name, message.MessageId, message.DeliveryCount, e);
                await GiveBack(actions, message);
            }
            finally
            {
                _slots.Release();
            }
        }
    }

    private async Task Invoke(ServiceBusReceivedMessage message, ServiceBusMessageActions actions)
    {
        await using var scope = app.Services.CreateAsyncScope();
        void Prepare(InvocationContext invocation)
        {
            invocation.Features.Set(message);
            invocation.Features.Set(actions);
            foreach (var (name, value) in ServiceBusParameters.Properties(message))
            {
                invocation.BindingData[name] = value;
            }
        }

        await app.Invoker.Invoke(function, scope.ServiceProvider, Prepare, giveUp);
    }

    private async Task GiveBack(ListenerMessageActions actions, ServiceBusReceivedMessage message)
    {
        if (actions.Settled(message))
        {
            return;
        }

        try
        {
            await actions.AbandonMessageAsync(message, cancellationToken: CancellationToken.None);
        }
        catch (ServiceBusException e)
        {
            LogNotGivenBack(_log, message.MessageId, e);
        }
    }

    private async Task WhenAllSlotsAreFree()
    {
        for (var slot = 0; slot < host.MaxConcurrentCalls; slot++)
        {
            await _slots.WaitAsync();
        }

        _slots.Release(host.MaxConcurrentCalls);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Function} no longer listens to {Queue}")]
    private static partial void LogStopped(ILogger log, string function, string queue);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Function} lost its connection to {Queue}; next try in {BackOff}")]
    private static partial void LogDisconnected(ILogger log, string function, string queue, TimeSpan backOff, Exception exception);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Function} failed on message {MessageId} (delivery {DeliveryCount}); it is given back")]
    private static partial void LogFailed(ILogger log, string function, string messageId, int deliveryCount, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Message {MessageId} could not be given back; it comes again when its lock ends")]
    private static partial void LogNotGivenBack(ILogger log, string messageId, Exception exception);
}
