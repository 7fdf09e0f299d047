using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace FunctionsHosting.Broker.Edge;

/// <summary>The sections of one encoded message, each as it came. What a receiver could not read is not let in.</summary>
internal sealed class MessageSections
{
    private static readonly string[] Names =
    [
        Header.Name, DeliveryAnnotations.Name, MessageAnnotations.Name, Properties.Name, ApplicationProperties.Name, Data.Name, AmqpSequence.Name,
        AmqpValue.Name, Footer.Name,
    ];

    private readonly ArraySegment<byte>[] _sections = new ArraySegment<byte>[Names.Length];

    /// <exception cref="AmqpException">They are malformed, or not in their order.</exception>
    public MessageSections(ArraySegment<byte> encoded)
    {
        var last = 0UL;
        for (int at = 0, end; at < encoded.Count; at = end)
        {
            end = EncodedValue.End(encoded, at);
            var section = encoded[at..end];
            var code = Code(section);
            if (code < last || (code == last || IsBody(code) && IsBody(last)) && !(code == last && code is 0x75 or 0x76))
            {
                throw EncodedValue.Malformed("its sections are not in their order");
            }

            if (IsBody(code) && !IsBody(last))
            {
                Body = encoded[at..];
            }

            Check(code, section);
            _sections[code - Header.Code] = section;
            last = code;
        }
    }

    /// <summary>From the first section of the body to the end.</summary>
    public ArraySegment<byte> Body { get; private set; } = ArraySegment<byte>.Empty;

    /// <summary>What each data section holds.</summary>
    public List<ArraySegment<byte>> DataBodies { get; } = [];

    /// <summary>The section of that code; empty when there is none.</summary>
    public ArraySegment<byte> this[ulong code] => _sections[code - Header.Code].Array is null ? ArraySegment<byte>.Empty : _sections[code - Header.Code];

    /// <summary>The section, empty where the message had none.</summary>
    public static T Decode<T>(ArraySegment<byte> section)
        where T : AmqpDescribed, new()
    {
        var decoded = new T();
        if (section.Count > 0)
        {
            // Not Decode, which would take over a descriptor that is not the type's own number.
            var buffer = new ByteBuffer(section);
            AmqpDescribed.DecodeDescriptor(buffer, out _, out _);
            decoded.DecodeValue(buffer);
            if (buffer.Length > 0)
            {
                throw EncodedValue.Malformed("a section holds less than its length");
            }
        }

        return decoded;
    }

    private static bool IsBody(ulong code) => code is >= 0x75 and <= 0x77;

    private static ulong Code(ArraySegment<byte> section)
    {
        if (section[0] != 0)
        {
            throw EncodedValue.Malformed("a section has no descriptor");
        }

        AmqpDescribed.DecodeDescriptor(new ByteBuffer(section), out var name, out var code);
        code = name.Value is null ? code : Header.Code + (ulong)Array.IndexOf(Names, name.Value);
        return code >= Header.Code && code <= Footer.Code ? code : throw EncodedValue.Malformed("it has a section that no message has");
    }

    /// <summary>What receivers take a section to be made of. Over a null in a map's place, which the decoder here allows, they stumble.</summary>
    private static bool IsMadeOf(byte constructor, ulong code) => code switch
    {
        0x70 or 0x73 or 0x76 => constructor is 0x45 or 0xc0 or 0xd0,
        0x75 => constructor is 0xa0 or 0xb0,
        0x77 => true,
        _ => constructor is 0xc1 or 0xd1,
    };

    /// <summary>The sections that nobody here needs, but receivers do.</summary>
    private void Check(ulong code, ArraySegment<byte> section)
    {
        var value = section[EncodedValue.End(section, 1)..];
        if (!IsMadeOf(value[0], code))
        {
            throw EncodedValue.Malformed($"section 0x{code:x2} is made of 0x{value[0]:x2}");
        }

        switch (code)
        {
            case 0x75: DataBodies.Add(value[(value[0] == 0xa0 ? 2 : 5)..]); break;
            case 0x76: Decode<AmqpSequence>(section); break;
            case 0x77: Decode<AmqpValue>(section); break;
            case 0x78: Decode<Footer>(section); break;
        }
    }
}
