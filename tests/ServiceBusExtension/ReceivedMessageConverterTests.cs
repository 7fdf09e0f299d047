using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core;

namespace ServiceBusExtension.Tests;

public sealed class ReceivedMessageConverterTests
{
    private static readonly Guid Lock = Guid.NewGuid();

    [Fact]
    public async Task A_message_comes_as_its_lock_and_its_AMQP_bytes()
    {
        var result = await Convert(new Sent("AzureServiceBusReceivedMessage", "application/octet-stream", Content()));

        Assert.Equal(ConversionStatus.Succeeded, result.Status);
        var message = Assert.IsType<ServiceBusReceivedMessage>(result.Value);
        Assert.Equal($"{Lock}", message.LockToken);
        Assert.Equal("""{"CaseId":"pr-1"}""", message.Body.ToString());
        Assert.Equal("block-1", message.MessageId);
        Assert.Equal(3, message.ApplicationProperties["seen"]);
        Assert.Equal(2, message.DeliveryCount);
        Assert.Equal(17, message.SequenceNumber);
    }

    [Theory]
    [InlineData("AzureStorageBlobs", "application/octet-stream")]
    [InlineData("AzureServiceBusReceivedMessage", "application/json")]
    public async Task Another_binding_s_data_is_refused_by_name(string source, string contentType)
    {
        var result = await Convert(new Sent(source, contentType, Content()));

        Assert.Equal(ConversionStatus.Failed, result.Status);
        Assert.Contains($"'{source}' as '{contentType}'", result.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Content_that_is_no_message_fails_and_does_not_throw()
    {
        byte[][] broken = [[], new byte[15], [.. new byte[16], 0x00, 0x53, 0x75, 0xB0, 0xFF, 0xFF]];
        foreach (var content in broken)
        {
            var result = await Convert(new Sent("AzureServiceBusReceivedMessage", "application/octet-stream", content));

            Assert.Equal(ConversionStatus.Failed, result.Status);
            Assert.NotNull(result.Error);
        }
    }

    [Fact]
    public async Task What_is_no_binding_data_is_left_to_other_converters() =>
        Assert.Equal(ConversionStatus.Unhandled, (await Convert("text")).Status);

    private static byte[] Content()
    {
        var message = new AmqpAnnotatedMessage(AmqpMessageBody.FromData([BinaryData.FromString("""{"CaseId":"pr-1"}""").ToMemory()]));
        message.Properties.MessageId = new("block-1");
        message.ApplicationProperties["seen"] = 3;
        message.Header.DeliveryCount = 2;
        message.MessageAnnotations["x-opt-sequence-number"] = 17L;
        return [.. Lock.ToByteArray(), .. message.ToBytes().ToArray()];
    }

    private static async Task<ConversionResult> Convert(object source) =>
        await new ServiceBusReceivedMessageConverter().ConvertAsync(new Context(source));

    private sealed class Sent(string source, string contentType, byte[] content) : ModelBindingData
    {
        public override string Version => "1.0";

        public override string Source => source;

        public override BinaryData Content => BinaryData.FromBytes(content);

        public override string ContentType => contentType;
    }

    private sealed class Context(object source) : ConverterContext
    {
        public override Type TargetType => typeof(ServiceBusReceivedMessage);

        public override object? Source => source;

        public override FunctionContext FunctionContext => throw new NotSupportedException();

        public override IReadOnlyDictionary<string, object> Properties => new Dictionary<string, object>();
    }
}
