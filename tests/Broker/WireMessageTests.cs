using FunctionsHosting.Broker.Edge;
using Microsoft.Azure.Amqp;

namespace Broker.Tests;

public sealed class WireMessageTests
{
    private static readonly byte[] Header = [0x00, 0x53, 0x70, 0x45];
    private static readonly byte[] Annotations = [0x00, 0x53, 0x72, 0xc1, 0x06, 0x02, 0xa3, 0x01, (byte)'x', 0x54, 0x07];

    // Descriptors, texts and lists in encodings that nobody here would choose: they must come back like that.
    private static readonly byte[] Properties =
        [0x00, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x73, 0xd0, 0, 0, 0, 0x0b, 0, 0, 0, 0x01, 0xb1, 0, 0, 0, 0x02, (byte)'m', (byte)'1'];

    private static readonly byte[] ApplicationProperties =
        [0x00, 0x53, 0x74, 0xd1, 0, 0, 0, 0x0c, 0, 0, 0, 0x02, 0xa1, 0x01, (byte)'k', 0x71, 0, 0, 0, 0x07];

    private static readonly byte[] Body = [0x00, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x75, 0xb0, 0, 0, 0, 1, 0xff, 0x00, 0x53, 0x75, 0xa0, 1, 0xfe];
    private static readonly byte[] Footer = [0x00, 0x53, 0x78, 0xd1, 0, 0, 0, 4, 0, 0, 0, 0];

    [Fact]
    public void Sections_leave_the_broker_byte_for_byte_as_they_came()
    {
        byte[] kept = [.. Properties, .. ApplicationProperties, .. Body, .. Footer];

        var message = WireMessage.Read((byte[])[.. Header, .. Annotations, .. kept]);

        Assert.Equal("m1", message.MessageId);
        Assert.Equal(kept, WireMessage.Write(message, lockedUntil: null)[^kept.Length..].ToArray());
    }

    [Fact]
    public void A_value_is_kept_with_its_encoding_too()
    {
        byte[] body = [0x00, 0x53, 0x77, 0xb1, 0, 0, 0, 1, (byte)'x'];

        Assert.Equal(body, WireMessage.Read((byte[])[.. Properties, .. body]).Body);
    }

    [Theory]
    [InlineData(new byte[] { 0x41 })]
    [InlineData(new byte[] { 0x00, 0x53, 0x79, 0x45 })]
    [InlineData(new byte[] { 0x00, 0x53, 0x75, 0xb0, 0xff, 0xff })]
    [InlineData(new byte[] { 0x00, 0x53, 0x75, 0xb0, 0x7f, 0xff, 0xff, 0xfe, 0x01 })]
    [InlineData(new byte[] { 0x00, 0x53, 0x74, 0xd1, 0x00 })]
    [InlineData(new byte[] { 0x00, 0x53, 0x73, 0xc0, 0xff, 0x01, 0x40 })]
    public void What_cannot_be_read_is_refused(byte[] malformed) => Assert.Throws<AmqpException>(() => WireMessage.Read(malformed));
}
