using System.Buffers.Binary;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace FunctionsHosting.Broker.Wire;

/// <summary>
/// Decodes performatives. Dispositions are read here and not by the library, because it insists on symbol keys in the maps of an outcome
/// and Microsoft's JavaScript client sends strings there.
/// </summary>
internal static class Performatives
{
    private const byte Described = 0x00;
    private const byte Null = 0x40;
    private const byte EmptyList = 0x45;
    private const byte SmallULong = 0x53;
    private const byte ULong = 0x80;
    private const byte List8 = 0xc0;
    private const byte List32 = 0xd0;
    private const ulong DispositionCode = 0x15;
    private const ulong ErrorCode = 0x1d;
    private const ulong RejectedCode = 0x25;
    private const ulong ModifiedCode = 0x27;

    /// <summary>The library knows its types only after one of them was made.</summary>
    private static readonly Open Known = new();

    public static DescribedList Decode(ByteBuffer buffer)
    {
        _ = Known;
        if (PeekDescriptor(buffer) == DispositionCode)
        {
            return ReadDisposition(buffer);
        }

        return Encoder.ReadObject(buffer) as DescribedList
            ?? throw new AmqpFault("amqp:decode-error", "A frame without a performative that AMQP 1.0 knows.");
    }

    private static Dispose ReadDisposition(ByteBuffer buffer)
    {
        SkipDescriptor(buffer);
        var disposition = new Dispose();
        var fields = ReadListCount(buffer);
        uint? last = null;
        for (var field = 0; field < fields; field++)
        {
            if (field == 4 && buffer.Buffer[buffer.Offset] == Described)
            {
                disposition.State = ReadState(buffer);
                continue;
            }

            switch (field, Encoder.ReadObject(buffer))
            {
                case (0, bool role): disposition.Role = role; break;
                case (1, uint first): disposition.First = first; break;
                case (2, uint to): last = to; break;
                case (3, bool settled): disposition.Settled = settled; break;
            }
        }

        disposition.Last = last ?? disposition.First;
        return disposition;
    }

    private static DeliveryState? ReadState(ByteBuffer buffer) => PeekDescriptor(buffer) switch
    {
        RejectedCode => ReadRejected(buffer),
        ModifiedCode => ReadModified(buffer),
        _ => Encoder.ReadObject(buffer) as DeliveryState,
    };

    private static Rejected ReadRejected(ByteBuffer buffer)
    {
        SkipDescriptor(buffer);
        if (ReadListCount(buffer) == 0)
        {
            return new Rejected();
        }

        if (PeekDescriptor(buffer) != ErrorCode)
        {
            Encoder.ReadObject(buffer);
            return new Rejected();
        }

        SkipDescriptor(buffer);
        var fields = ReadListCount(buffer);
        var condition = fields > 0 ? Encoder.ReadObject(buffer) : null;
        var description = fields > 1 ? Encoder.ReadObject(buffer) : null;
        var info = fields > 2 ? Encoder.ReadObject(buffer) : null;
        var error = new Error(new Symbol(condition?.ToString() ?? "amqp:internal-error"));
        error.Description = description as string;
        error.Info = SymbolKeyed(info);
        return new Rejected { Error = error };
    }

    private static Modified ReadModified(ByteBuffer buffer)
    {
        SkipDescriptor(buffer);
        var modified = new Modified();
        var fields = ReadListCount(buffer);
        for (var field = 0; field < fields; field++)
        {
            switch (field, Encoder.ReadObject(buffer))
            {
                case (0, bool failed): modified.DeliveryFailed = failed; break;
                case (1, bool undeliverable): modified.UndeliverableHere = undeliverable; break;
                case (2, Map annotations): modified.MessageAnnotations = SymbolKeyed(annotations); break;
            }
        }

        return modified;
    }

    private static Fields? SymbolKeyed(object? value)
    {
        if (value is not Map map)
        {
            return null;
        }

        var fields = new Fields();
        foreach (var (key, item) in map)
        {
            fields[new Symbol(key.ToString()!)] = item;
        }

        return fields;
    }

    private static ulong? PeekDescriptor(ByteBuffer buffer)
    {
        var bytes = buffer.Written();
        return bytes.Length switch
        {
            >= 3 when bytes[0] == Described && bytes[1] == SmallULong => bytes[2],
            >= 10 when bytes[0] == Described && bytes[1] == ULong => BinaryPrimitives.ReadUInt64BigEndian(bytes[2..]),
            _ => null,
        };
    }

    private static void SkipDescriptor(ByteBuffer buffer)
    {
        Encoder.ReadFormatCode(buffer);
        Encoder.ReadObject(buffer);
    }

    private static int ReadListCount(ByteBuffer buffer)
    {
        switch (Encoder.ReadFormatCode(buffer))
        {
            case EmptyList or Null:
                return 0;
            case List8:
                AmqpBitConverter.ReadUByte(buffer);
                return AmqpBitConverter.ReadUByte(buffer);
            case List32:
                AmqpBitConverter.ReadUInt(buffer);
                return (int)AmqpBitConverter.ReadUInt(buffer);
            case var code:
                throw new AmqpFault("amqp:decode-error", $"Format code 0x{code:x2} where a list belongs.");
        }
    }
}
