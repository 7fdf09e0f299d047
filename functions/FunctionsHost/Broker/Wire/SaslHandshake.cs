using Amqp;
using Amqp.Sasl;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// Protocol headers and SASL, before the first AMQP frame. Access is decided by $cbs tokens afterwards, so every mechanism here is anonymous.
/// Our header is written only after the peer's has arrived: Microsoft's JavaScript client parses one protocol layer per socket read and would
/// lose what follows.
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
                throw new AmqpFault("amqp:not-allowed", "The peer did not begin SASL.");
            }

            await Write(stream, new SaslOutcome { Code = SaslCode.Ok }, cancellation);
            header = await Header(reader, cancellation);
        }

        await stream.WriteAsync(AmqpHeader, cancellation);
        if (!header.AsSpan().SequenceEqual(AmqpHeader))
        {
            throw new AmqpFault(
                "amqp:connection:framing-error",
                header is [0x16, 3, ..]
                    ? "The peer speaks TLS: its connection string lacks UseDevelopmentEmulator=true."
                    : $"The peer begins with {Convert.ToHexString(header)}, which is not AMQP 1.0.");
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
