using System.Net.Sockets;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Transport;

namespace FunctionsHosting.Broker.Edge;

/// <summary>
/// A socket that we have accepted, as Microsoft's AMQP library wants to read and write it: its own class for that is not public, and its own
/// listener neither tells the port it took nor lets anybody prepare its socket.
/// </summary>
internal sealed class SocketTransport(Socket socket) : TransportBase("socket")
{
    private readonly byte[] _buffer = new byte[64 * 1024];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ReadOnlyMemory<byte> _unread;
    private bool _greeted;

    public override string LocalEndPoint { get; } = $"{socket.LocalEndPoint}";

    public override string RemoteEndPoint { get; } = $"{socket.RemoteEndPoint}";

    /// <summary>Completes when the socket is closed, by whoever.</summary>
    public Task Ended => _ended.Task;

    /// <summary>What first went wrong in reading or writing.</summary>
    public Exception? Fault { get; private set; }

    /// <summary>Called before more is waited for: whatever came so far has been handled, but for a frame of which the rest is yet to come.</summary>
    public Action? AllHandled { get; set; }

    public override void SetMonitor(ITransportMonitor usageMeter)
    {
    }

    public override bool ReadAsync(TransportAsyncCallbackArgs args)
    {
        if (_unread.IsEmpty)
        {
            AllHandled?.Invoke();
            _ = CallBack(Read(args), args);
            return true;
        }

        Take(args);
        return false;
    }

    /// <summary>
    /// Never at once: whoever sends may hold locks, a queue's for one, and what is sent meanwhile goes out together with the next write.
    /// </summary>
    public override bool WriteAsync(TransportAsyncCallbackArgs args)
    {
        _ = CallBack(Task.Run(() => Write(args)), args);
        return true;
    }

    protected override bool CloseInternal()
    {
        socket.Dispose();
        _ended.TrySetResult();
        return true;
    }

    protected override void AbortInternal() => CloseInternal();

    private async Task CallBack(Task transfer, TransportAsyncCallbackArgs args)
    {
        try
        {
            // Not on the caller's stack, even when it is done by now: the library would go on from there, deeper each time.
            await transfer.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            args.Exception = null;
        }
        catch (Exception fault)
        {
            Fault ??= fault;
            args.Exception = fault;
        }

        args.CompletedSynchronously = false;
        args.CompletedCallback(args);
    }

    private async Task Read(TransportAsyncCallbackArgs args)
    {
        var read = await socket.ReceiveAsync(_buffer);
        _unread = read > 0 ? _buffer.AsMemory(0, read) : throw new IOException("The peer hung up.");
        Greet();
        Take(args);
    }

    private void Take(TransportAsyncCallbackArgs args)
    {
        var part = _unread[..Math.Min(args.Count, _unread.Length)];
        part.CopyTo(args.Buffer.AsMemory(args.Offset));
        _unread = _unread[part.Length..];
        args.BytesTransfered = part.Length;
        args.CompletedSynchronously = true;
        args.Exception = null;
    }

    private async Task Write(TransportAsyncCallbackArgs args) => args.BytesTransfered = args.Buffer is { } buffer
        ? await socket.SendAsync(buffer.AsMemory(args.Offset, args.Count))
        : await socket.SendAsync([.. args.ByteBufferList.Select(static b => new ArraySegment<byte>(b.Buffer, b.Offset, b.Length))]);

    /// <summary>The first bytes show a peer that speaks something else, and what its user has to change.</summary>
    private void Greet()
    {
        var first = _unread.Span[..Math.Min(_unread.Length, 8)];
        if (!_greeted && first is not ([(byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0 or 3, 1, 0, 0] or { Length: < 8 } and [(byte)'A', ..]))
        {
            throw new AmqpException(
                AmqpErrorCode.FramingError,
                first is [0x16, 3, ..]
                    ? "The peer speaks TLS: its connection string lacks UseDevelopmentEmulator=true."
                    : $"The peer begins with {Convert.ToHexString(first)}, which is not AMQP 1.0.");
        }

        _greeted = true;
    }
}
