using System.Globalization;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;

namespace SmallApp;

/// <summary>Functions that settle their messages themselves, and ones that leave that to the host.</summary>
public sealed class QueueFunctions(Seen seen, Gate gate)
{
    private const string Connection = "ServiceBusConnection";

    [Function(nameof(TakeOrder))]
    public async Task TakeOrder(
        [ServiceBusTrigger("orders", Connection = Connection, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation)
    {
        seen.Add(string.Create(CultureInfo.InvariantCulture, $"order {message.Body} #{message.DeliveryCount}"));
        switch (message.Subject)
        {
            case "abandon" when message.DeliveryCount == 1:
                await actions.AbandonMessageAsync(message, new Dictionary<string, object> { ["tried"] = message.DeliveryCount }, cancellation);
                break;
            case "bad":
                await actions.DeadLetterMessageAsync(message, new() { ["by"] = nameof(TakeOrder) }, "NoOrder", "It orders nothing.", cancellation);
                break;
            case "slow":
                await actions.RenewMessageLockAsync(message, cancellation);
                await gate.Pass(cancellation);
                await actions.CompleteMessageAsync(message, CancellationToken.None);
                break;
            default:
                await actions.CompleteMessageAsync(message, cancellation);
                break;
        }
    }

    [Function(nameof(SeeDead))]
    public void SeeDead([ServiceBusTrigger("orders/$DeadLetterQueue", Connection = Connection)] ServiceBusReceivedMessage message) =>
        seen.Add($"dead {message.Body}: {message.DeadLetterReason}, {message.DeadLetterErrorDescription} {message.ApplicationProperties.GetValueOrDefault("by")}");

    [Function(nameof(ReadText))]
    public void ReadText([ServiceBusTrigger("texts", Connection = Connection)] ServiceBusReceivedMessage message)
    {
        seen.Add(string.Create(CultureInfo.InvariantCulture, $"text {message.Body} #{message.DeliveryCount}"));
        if (message.Body.ToString() == "fails")
        {
            throw new InvalidOperationException("A text that fails.");
        }
    }
}
