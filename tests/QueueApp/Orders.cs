using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace QueueApp;

public sealed partial class Orders(ILogger<Orders> log)
{
    /// <summary>A text, and more of its message by the names of parameters. It is completed by the host.</summary>
    [Function(nameof(Take))]
    public void Take([ServiceBusTrigger("orders", Connection = "ServiceBusConnection")] string order, string messageId, int deliveryCount, FunctionContext context) =>
        LogTaken(order, messageId, deliveryCount, context.BindingContext.BindingData["ApplicationProperties"]);

    /// <summary>A message that is settled by the function.</summary>
    [Function(nameof(Refuse))]
    public async Task Refuse(
        [ServiceBusTrigger("complaints", Connection = "ServiceBusConnection", AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions)
    {
        LogRefused($"{message.Body}");
        await actions.DeadLetterMessageAsync(message, deadLetterReason: "NotOurs");
    }

    [LoggerMessage(LogLevel.Information, "taken: {Order}, {MessageId}, delivery {Count}, {Properties}")]
    private partial void LogTaken(string order, string messageId, int count, object? properties);
    [LoggerMessage(LogLevel.Information, "refused: {Message}")]
    private partial void LogRefused(string message);
}
