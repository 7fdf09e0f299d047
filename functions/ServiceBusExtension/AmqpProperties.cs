using Google.Protobuf;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;

namespace Microsoft.Azure.ServiceBus.Grpc;

/// <summary>
/// The properties of a settlement as they travel: one map in AMQP's own encoding, with the described types of Service Bus for what AMQP has no type
/// for. The worker writes it and the host reads it, so that a value reaches the message with the type it was given.
/// </summary>
internal static class AmqpProperties
{
    private static readonly AmqpSymbol UriName = "com.microsoft:uri";
    private static readonly AmqpSymbol DateTimeOffsetName = "com.microsoft:datetime-offset";
    private static readonly AmqpSymbol TimeSpanName = "com.microsoft:timespan";

    /// <param name="properties">Null: none.</param>
    /// <exception cref="ArgumentException">A value has a type that a message's application property cannot have.</exception>
    public static ByteString Encode(IDictionary<string, object>? properties)
    {
        if (properties is null)
        {
            return ByteString.Empty;
        }

        var map = new AmqpMap();
        foreach (var (name, value) in properties)
        {
            map[new MapKey(name)] = ToAmqp(name, value);
        }

        using var buffer = new ByteBuffer(AmqpCodec.GetMapEncodeSize(map), autoGrow: true);
        AmqpCodec.EncodeMap(map, buffer);
        return ByteString.CopyFrom(buffer.Buffer, buffer.Offset, buffer.Length);
    }

    /// <returns>Empty where nothing was written. Times are UTC, to the millisecond.</returns>
    public static Dictionary<string, object> Decode(ByteString properties)
    {
        if (properties.IsEmpty)
        {
            return [];
        }

        using var buffer = new ByteBuffer(properties.ToByteArray(), 0, properties.Length);
        return AmqpCodec.DecodeMap(buffer).ToDictionary(entry => $"{entry.Key}", entry => FromAmqp(entry.Value)!);
    }

    private static object? ToAmqp(string name, object? value) => value switch
    {
        null or string or bool or char or Guid or DateTime or decimal or float or double => value,
        sbyte or byte or short or ushort or int or uint or long or ulong => value,
        byte[] bytes => new ArraySegment<byte>(bytes),
        Uri address => new DescribedType(UriName, address.ToString()),
        DateTimeOffset instant => new DescribedType(DateTimeOffsetName, instant.UtcTicks),
        TimeSpan span => new DescribedType(TimeSpanName, span.Ticks),
        _ => throw new ArgumentException(
            $"Property '{name}' is a {value.GetType()}; a message's property is a text, number, bool, char, Guid, Uri, time, time span or byte[]."),
    };

    private static object? FromAmqp(object? value) => value switch
    {
        ArraySegment<byte> bytes => bytes.ToArray(),
        AmqpSymbol symbol => symbol.Value,
        DescribedType { Descriptor: AmqpSymbol name, Value: string address } when name.Equals(UriName) => new Uri(address, UriKind.RelativeOrAbsolute),
        DescribedType { Descriptor: AmqpSymbol name, Value: long ticks } when name.Equals(DateTimeOffsetName) => new DateTimeOffset(ticks, TimeSpan.Zero),
        DescribedType { Descriptor: AmqpSymbol name, Value: long ticks } when name.Equals(TimeSpanName) => new TimeSpan(ticks),
        _ => value,
    };
}
