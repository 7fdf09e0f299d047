using Azure.Messaging.ServiceBus;
using Microsoft.Extensions.Logging;

namespace LocalHost.Worker;

/// <summary>Keeps one message locked while its function works, in real time, up to <c>maxAutoLockRenewalDuration</c>.</summary>
internal sealed partial class LockRenewal : IAsyncDisposable
{
    private readonly CancellationTokenSource _done = new();
    private readonly Task _renewing;

    private LockRenewal(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, TimeSpan limit, ILogger log)
    {
        _renewing = Renew(receiver, message, DateTimeOffset.UtcNow + limit, log, _done.Token);
    }

    public static LockRenewal Begin(ServiceBusReceiver receiver, ServiceBusReceivedMessage message, TimeSpan limit, ILogger log) =>
        new(receiver, message, limit, log);

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _renewing;
        _done.Dispose();
    }

    private static async Task Renew(
        ServiceBusReceiver receiver, ServiceBusReceivedMessage message, DateTimeOffset end, ILogger log, CancellationToken done)
    {
        while (!done.IsCancellationRequested)
        {
            var half = (message.LockedUntil - DateTimeOffset.UtcNow) / 2;
            var wait = half > TimeSpan.Zero ? half : TimeSpan.Zero;
            await Task.Delay(wait, TimeProvider.System, done).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (done.IsCancellationRequested || DateTimeOffset.UtcNow >= end)
            {
                return;
            }

            try
            {
                await receiver.RenewMessageLockAsync(message, done);
            }
            catch (OperationCanceledException) when (done.IsCancellationRequested)
            {
                return;
            }
            catch (ServiceBusException e)
            {
                LogNotRenewed(log, message.MessageId, e);
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lock of message {MessageId} could not be renewed; it may be delivered again")]
    private static partial void LogNotRenewed(ILogger log, string messageId, Exception exception);
}
