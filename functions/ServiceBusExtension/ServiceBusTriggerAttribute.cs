using Microsoft.Azure.Functions.Worker.Converters;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>
/// A function that gets the messages of a queue, one at a time. Batches, sessions and topics are the official package's
/// (<c>ServiceBusExtension=Package</c>).
/// </summary>
/// <param name="queueName">Name of the queue, or <c>%setting%</c>; a sub-queue is <c>queue/$deadletterqueue</c>.</param>
[InputConverter(typeof(ServiceBusReceivedMessageConverter))]
[ConverterFallbackBehavior(ConverterFallbackBehavior.Default)]
public sealed class ServiceBusTriggerAttribute(string queueName) : TriggerBindingAttribute
{
    public string QueueName { get; } = queueName;

    /// <summary>Setting that holds the connection string, or the prefix of the settings of an identity.</summary>
    public string? Connection { get; set; }

    /// <summary>False: the function settles the message by <see cref="ServiceBusMessageActions"/>.</summary>
    public bool AutoCompleteMessages { get; set; } = true;
}
