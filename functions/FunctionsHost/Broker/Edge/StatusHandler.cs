using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;

namespace FunctionsHosting.Broker.Edge;

/// <summary>The broker's own node <c>$management</c>, for <see cref="BrokerStatus"/>: Azure tells these figures by its administration client only.</summary>
internal sealed class StatusHandler(ServiceBusBroker broker)
{
    public const string Address = "$management";
    public const string Operation = "localhost:queue-counts";

    public AmqpMessage Handle(AmqpMessage request)
    {
        var operation = request.ApplicationProperties?.Map["operation"] as string ?? "";
        return operation == Operation ? Response.Ok("queues", broker.Queues.Select(Row).ToList()) : Response.NotSupported(operation);
    }

    private static AmqpMap Row(BrokerQueue queue)
    {
        var counts = queue.Counts;
        return new()
        {
            [new("path")] = queue.Path,
            [new("active")] = counts.Active,
            [new("locked")] = counts.Locked,
            [new("deferred")] = counts.Deferred,
            [new("scheduled")] = counts.Scheduled,
        };
    }
}
