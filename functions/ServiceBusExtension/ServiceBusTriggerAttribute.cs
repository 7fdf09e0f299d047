using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// A function that gets the messages of a queue, one at a time. A subscription and sessions can be named here as in Microsoft's package, so that an
/// app compiles against either; the local host refuses them at its start. Batches (<c>IsBatched</c>) are only in the package.
/// </summary>
[InputConverter(typeof(ServiceBusReceivedMessageConverter))]
[ConverterFallbackBehavior(ConverterFallbackBehavior.Default)]
public sealed class ServiceBusTriggerAttribute : TriggerBindingAttribute
{
    /// <param name="queueName">Name of the queue, or <c>%setting%</c>; its dead letters are <c>queue/$DeadLetterQueue</c>.</param>
    public ServiceBusTriggerAttribute(string queueName)
    {
        QueueName = queueName;
    }

    /// <param name="topicName">Name of the topic, or <c>%setting%</c>.</param>
    /// <param name="subscriptionName">Name of the topic's subscription, or <c>%setting%</c>.</param>
    public ServiceBusTriggerAttribute(string topicName, string subscriptionName)
    {
        TopicName = topicName;
        SubscriptionName = subscriptionName;
    }

    /// <summary>Null where a subscription is named.</summary>
    public string? QueueName { get; }

    /// <summary>Null where a queue is named.</summary>
    public string? TopicName { get; }

    /// <inheritdoc cref="TopicName"/>
    public string? SubscriptionName { get; }

    /// <summary>Setting that holds the connection string, or the prefix of the settings of an identity.</summary>
    public string? Connection { get; set; }

    /// <summary>False: the function settles the message by <see cref="ServiceBusMessageActions"/>. Where it is not set host.json decides.</summary>
    public bool AutoCompleteMessages { get; set; } = true;

    /// <summary>The queue or subscription has sessions.</summary>
    public bool IsSessionsEnabled { get; set; }
}
