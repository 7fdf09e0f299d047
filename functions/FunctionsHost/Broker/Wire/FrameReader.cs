using System.Buffers.Binary;
using Amqp;

namespace FunctionsHosting.Broker.Wire;

/// <summary>Cuts a byte stream into protocol headers and frames.</summary>
internal sealed class FrameReader(Stream stream, int maxFrameSize)
{
    private byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>The eight bytes of a protocol header, or null at the end of the stream.</summary>
    public async ValueTask<byte[]?> ReadProtocolHeader(CancellationToken cancellation)
    {
        if (!await Fill(FrameBuffer.HeaderSize, cancellation))
        {
            return null;
        }

        var header = _buffer.AsSpan(_start, FrameBuffer.HeaderSize).ToArray();
        _start += FrameBuffer.HeaderSize;
        return header;
    }

    /// <summary>The next frame, or null at the end of the stream. Its body is valid until the next call.</summary>
    public async ValueTask<Frame?> ReadFrame(CancellationToken cancellation)
    {
        if (!await Fill(FrameBuffer.HeaderSize, cancellation))
        {
            return null;
        }

        var size = BinaryPrimitives.ReadUInt32BigEndian(_buffer.AsSpan(_start));
        if (size < FrameBuffer.HeaderSize || size > maxFrameSize)
        {
            throw new AmqpFault("amqp:connection:framing-error", $"A frame of {size} bytes; allowed are {FrameBuffer.HeaderSize} to {maxFrameSize}.");
        }

        if (!await Fill((int)size, cancellation))
        {
            return null;
        }

        var header = _buffer.AsSpan(_start, FrameBuffer.HeaderSize);
        var bodyOffset = header[4] * 4;
        var frame = new Frame(BinaryPrimitives.ReadUInt16BigEndian(header[6..]), Body(bodyOffset, (int)size));
        _start += (int)size;
        return frame;
    }

    private ByteBuffer Body(int bodyOffset, int size)
    {
        if (bodyOffset < FrameBuffer.HeaderSize || bodyOffset > size)
        {
            throw new AmqpFault("amqp:connection:framing-error", $"A frame of {size} bytes whose body begins at byte {bodyOffset}.");
        }

        return new ByteBuffer(_buffer, _start + bodyOffset, size - bodyOffset, size - bodyOffset);
    }

    private async ValueTask<bool> Fill(int count, CancellationToken cancellation)
    {
        if (_end - _start >= count)
        {
            return true;
        }

        if (_start + count > _buffer.Length)
        {
            MakeRoom(count);
        }

        while (_end - _start < count)
        {
            var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
            if (read == 0)
            {
                return false;
            }

            _end += read;
        }

        return true;
    }

    private void MakeRoom(int count)
    {
        var target = count > _buffer.Length ? new byte[maxFrameSize] : _buffer;
        _buffer.AsSpan(_start, _end - _start).CopyTo(target);
        _buffer = target;
        _end -= _start;
        _start = 0;
    }

    internal readonly record struct Frame(ushort Channel, ByteBuffer Body);
}
