using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// Protocol headers and SASL, before the first AMQP frame. Access is decided by $cbs tokens afterwards, so every mechanism here is anonymous.
/// Each side writes its header only after the peer's has arrived, except the one who begins: Microsoft's JavaScript client parses
/// one protocol layer per socket read and would lose what follows.
/// </summary>
internal static class SaslHandshake
{
    private static readonly byte[] AmqpHeader = [.. "AMQP"u8, 0, 1, 0, 0];
    private static readonly byte[] SaslHeader = [.. "AMQP"u8, 3, 1, 0, 0];

    /// <summary>Microsoft's .NET clients ask for MSSBCBS, which is the same exchange as ANONYMOUS.</summary>
    private static readonly Symbol[] Mechanisms = ["MSSBCBS", "ANONYMOUS", "PLAIN"];

    public static async Task Accept(Stream stream, FrameReader reader, CancellationToken cancellation)
    {
        var header = await Header(reader, cancellation);
        if (header.AsSpan().SequenceEqual(SaslHeader))
        {
            await stream.WriteAsync(SaslHeader, cancellation);
            await Write(stream, new SaslMechanisms { SaslServerMechanisms = Mechanisms }, cancellation);
            if (await Read(reader, cancellation) is not SaslInit)
            {
                throw new AmqpFault("The peer did not begin SASL.");
            }

            await Write(stream, new SaslOutcome { Code = SaslCode.Ok }, cancellation);
            header = await Header(reader, cancellation);
        }

        await stream.WriteAsync(AmqpHeader, cancellation);
        if (!header.AsSpan().SequenceEqual(AmqpHeader))
        {
            throw new AmqpFault($"The peer speaks {Convert.ToHexString(header)}, not AMQP 1.0.");
        }
    }

    public static async Task Connect(Stream stream, FrameReader reader, string hostName, CancellationToken cancellation)
    {
        await stream.WriteAsync(SaslHeader, cancellation);
        Expect(SaslHeader, await Header(reader, cancellation));
        if (await Read(reader, cancellation) is not SaslMechanisms)
        {
            throw new AmqpFault("The peer did not name its SASL mechanisms.");
        }

        await Write(stream, new SaslInit { Mechanism = "ANONYMOUS", HostName = hostName, InitialResponse = [] }, cancellation);
        if (await Read(reader, cancellation) is not SaslOutcome { Code: SaslCode.Ok })
        {
            throw new AmqpFault("amqp:unauthorized-access", "The peer refused an anonymous SASL login.");
        }

        await stream.WriteAsync(AmqpHeader, cancellation);
        Expect(AmqpHeader, await Header(reader, cancellation));
    }

    private static void Expect(byte[] wanted, byte[] header)
    {
        if (!header.AsSpan().SequenceEqual(wanted))
        {
            throw new AmqpFault($"The peer answered {Convert.ToHexString(header)} to {Convert.ToHexString(wanted)}; it does not speak AMQP 1.0.");
        }
    }

    private static async Task<byte[]> Header(FrameReader reader, CancellationToken cancellation) =>
        await reader.ReadProtocolHeader(cancellation) ?? throw new AmqpFault("The peer hung up during the handshake.");

    private static async Task<DescribedList> Read(FrameReader reader, CancellationToken cancellation) =>
        await reader.ReadFrame(cancellation) is { } frame
            ? Performatives.Decode(frame.Body)
            : throw new AmqpFault("The peer hung up during the handshake.");

    private static async Task Write(Stream stream, DescribedList command, CancellationToken cancellation)
    {
        var buffer = new ByteBuffer(128, autoGrow: true);
        buffer.AppendFrame(FrameType.Sasl, 0, command);
        await stream.WriteAsync(buffer.Buffer.AsMemory(buffer.Offset, buffer.Length), cancellation);
    }
}
