using System.Text;
using FunctionsHosting.Broker;

namespace Broker.Tests;

/// <summary>Examples to vary with <c>with</c>.</summary>
internal static class A
{
    public const string QueueName = "driver-blocks";

    public static readonly QueueSettings Queue = new(QueueName) { MaxDeliveryCount = 3 };

    public static BrokerMessage Message(string id, DateTimeOffset? scheduledFor = null, TimeSpan? timeToLive = null) =>
        new() { MessageId = id, Body = Encoding.UTF8.GetBytes(id), ScheduledFor = scheduledFor, TimeToLive = timeToLive };
}
