using Azure.Core.Amqp;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Core;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Reads a message as the host sends it: 16 bytes of lock token, then the message in AMQP's own encoding.</summary>
[SupportsDeferredBinding]
[SupportedTargetType(typeof(ServiceBusReceivedMessage))]
internal sealed class ServiceBusReceivedMessageConverter : IInputConverter
{
    public const string Source = "AzureServiceBusReceivedMessage";

    private const string ContentType = "application/octet-stream";
    private const int LockTokenLength = 16;

    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(context.Source is ModelBindingData data ? Convert(data) : ConversionResult.Unhandled());
    }

    private static ConversionResult Convert(ModelBindingData data)
    {
        if (data is not { Source: Source, ContentType: ContentType })
        {
            return ConversionResult.Failed(new InvalidOperationException(
                $"The host sent '{data.Source}' as '{data.ContentType}'; a Service Bus message is '{Source}' as '{ContentType}'."));
        }

        try
        {
            var content = data.Content.ToMemory();
            var message = AmqpAnnotatedMessage.FromBytes(BinaryData.FromBytes(content[LockTokenLength..]));
            return ConversionResult.Success(ServiceBusReceivedMessage.FromAmqpMessage(message, BinaryData.FromBytes(content[..LockTokenLength])));
        }
        catch (Exception e)
        {
            // The worker reports it as the failure of this invocation.
            return ConversionResult.Failed(e);
        }
    }
}
