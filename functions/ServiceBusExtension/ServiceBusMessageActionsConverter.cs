using Microsoft.Azure.Functions.Worker.Converters;

namespace Microsoft.Azure.Functions.Worker;

internal sealed class ServiceBusMessageActionsConverter(SettlementChannel channel) : IInputConverter
{
    public ValueTask<ConversionResult> ConvertAsync(ConverterContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return ValueTask.FromResult(context.TargetType == typeof(ServiceBusMessageActions)
            ? ConversionResult.Success(new ServiceBusMessageActions(channel.Client))
            : ConversionResult.Unhandled());
    }
}
