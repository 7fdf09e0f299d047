using Google.Protobuf;
using Microsoft.Azure.ServiceBus.Grpc;

namespace ServiceBusExtension.Tests;

public sealed class AmqpPropertiesTests
{
    public static TheoryData<object> Values =>
    [
        "", "상담원", 0, -7, long.MaxValue, 5u, ulong.MaxValue, (short)-3, (ushort)3, (byte)200, (sbyte)-100, true, false, 1.5, 1.5f, 12.50m, 'x',
        new DateTime(2026, 9, 18, 13, 30, 0, 123, DateTimeKind.Utc), Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"),
        Array.Empty<byte>(), new byte[] { 0, 255, 7 }, new Uri("https://example.com/a?b=1"),
        new DateTimeOffset(2026, 9, 18, 13, 30, 0, TimeSpan.Zero), TimeSpan.FromMilliseconds(1),
    ];

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_comes_back_with_its_type(object value)
    {
        var back = Assert.Single(AmqpProperties.Decode(AmqpProperties.Encode(new Dictionary<string, object> { ["p"] = value })));

        Assert.Equal("p", back.Key);
        Assert.IsType(value.GetType(), back.Value);
        Assert.Equal(value, back.Value);
    }

    [Fact]
    public void Many_properties_are_one_map()
    {
        var many = Enumerable.Range(0, 300).ToDictionary(number => $"name-{number}", number => (object)new string('x', number));

        Assert.Equal(many, AmqpProperties.Decode(AmqpProperties.Encode(many)));
    }

    [Fact]
    public void No_properties_are_no_bytes()
    {
        Assert.Equal(ByteString.Empty, AmqpProperties.Encode(null));
        Assert.Empty(AmqpProperties.Decode(ByteString.Empty));
        Assert.Empty(AmqpProperties.Decode(AmqpProperties.Encode(new Dictionary<string, object>())));
    }

    [Fact]
    public void A_property_may_be_null() =>
        Assert.Null(Assert.Single(AmqpProperties.Decode(AmqpProperties.Encode(new Dictionary<string, object> { ["p"] = null! }))).Value);

    /// <summary>A small map: size, count, then each name and value; text of one byte, a small int.</summary>
    [Fact]
    public void The_encoding_is_the_one_of_AMQP() => Assert.Equal(
        "C1" + "06" + "02" + "A10161" + "5407", Convert.ToHexString(AmqpProperties.Encode(new Dictionary<string, object> { ["a"] = 7 }).Span));
}
