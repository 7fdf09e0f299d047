using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

internal static class Receiving
{
    /// <summary>The next message, when it comes.</summary>
    public static async Task<ServiceBusReceivedMessage> Next(this ServiceBusReceiver receiver) => Assert.Single(await receiver.Take(1));

    /// <summary>So many messages; the client gives as many at a time as it happens to have.</summary>
    public static async Task<List<ServiceBusReceivedMessage>> Take(this ServiceBusReceiver receiver, int count)
    {
        var messages = new List<ServiceBusReceivedMessage>();
        while (messages.Count < count)
        {
            var more = await receiver.ReceiveMessagesAsync(count - messages.Count, A.Limit);
            Assert.True(more.Count > 0, $"{messages.Count} of {count} messages came.");
            messages.AddRange(more);
        }

        return messages;
    }
}
