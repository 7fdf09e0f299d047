using System.Text;
using FunctionsHosting.Broker;

namespace Broker.Tests;

/// <summary>Examples to vary with <c>with</c>.</summary>
internal static class A
{
    /// <summary>How long a test waits for what will come: a busy machine may take a while.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public const string QueueName = "driver-blocks";

    public static readonly QueueSettings Queue = new(QueueName) { MaxDeliveryCount = 3 };

    public static BrokerMessage Message(string id, DateTimeOffset? scheduledFor = null, TimeSpan? timeToLive = null) =>
        new() { MessageId = id, Body = Encoding.UTF8.GetBytes(id), ScheduledFor = scheduledFor, TimeToLive = timeToLive };
}
