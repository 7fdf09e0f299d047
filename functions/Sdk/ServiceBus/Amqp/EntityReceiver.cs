using Amqp.Framing;
using Azure.Messaging.ServiceBus;

namespace Functions.Sdk.Amqp;

/// <summary>The wire side of receiving: asks for what a call wants, and takes unused credit back before the call returns.</summary>
internal sealed class EntityReceiver(NamespaceConnection connection, string entityPath, bool receiveAndDelete, uint prefetch)
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _closing = new();
    private Inbox? _inbox;

    /// <summary>Up to <paramref name="max"/> messages as soon as there is one; none when the wait ends without.</summary>
    /// <exception cref="ObjectDisposedException">The receiver was closed meanwhile.</exception>
    public async Task<IReadOnlyList<ServiceBusReceivedMessage>> Receive(int max, TimeSpan wait, CancellationToken cancellation)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _closing.Token);
        deadline.CancelAfter(wait);
        try
        {
            await _turn.WaitAsync(deadline.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            ThrowIfClosed();
            return [];
        }

        try
        {
            ThrowIfClosed();
            var inbox = await Open(cancellation);
            var messages = inbox.Take(max) is { Count: > 0 } there ? there : await Fetch(inbox, max, deadline.Token, cancellation);
            if (prefetch > 0 && messages.Count > 0)
            {
                inbox.Link.AddCredit((uint)messages.Count);
            }

            return messages;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Ends the link and gives back, uncounted, what nobody took.</summary>
    public async Task Close(CancellationToken cancellation)
    {
        await _closing.CancelAsync();
        await _turn.WaitAsync(cancellation);
        try
        {
            if (_inbox is { } inbox)
            {
                _inbox = null;
                await inbox.Close();
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task<IReadOnlyList<ServiceBusReceivedMessage>> Fetch(
        Inbox inbox, int max, CancellationToken deadline, CancellationToken cancellation)
    {
        if (prefetch == 0)
        {
            inbox.Link.AddCredit((uint)max);
        }

        // The wait may end; what arrives while the credit is taken back still counts.
        await inbox.Arrived(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (prefetch == 0)
        {
            await inbox.RunDry();
        }

        cancellation.ThrowIfCancellationRequested();
        var messages = inbox.Take(max);
        if (messages.Count > 0)
        {
            return messages;
        }

        ThrowIfClosed();
        return inbox.Link.Gone.IsCompleted ? throw await inbox.Link.Gone : [];
    }

    private void ThrowIfClosed() => ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, typeof(ServiceBusReceiver));

    private async Task<Inbox> Open(CancellationToken cancellation)
    {
        var session = await connection.Enter(entityPath, cancellation);
        if (_inbox is { } inbox && !inbox.Link.Gone.IsCompleted)
        {
            return inbox;
        }

        var name = $"{entityPath}-{Guid.NewGuid():N}";
        _inbox = new Inbox(session, name, receiveAndDelete);
        await session.Attach(
            _inbox.Link,
            new Attach
            {
                Source = new Source { Address = entityPath },
                Target = new Target { Address = name },
                SndSettleMode = receiveAndDelete ? SenderSettleMode.Settled : SenderSettleMode.Unsettled,
                RcvSettleMode = receiveAndDelete ? ReceiverSettleMode.First : ReceiverSettleMode.Second,
            },
            cancellation);
        if (prefetch > 0)
        {
            _inbox.Link.AddCredit(prefetch);
        }

        return _inbox;
    }
}
