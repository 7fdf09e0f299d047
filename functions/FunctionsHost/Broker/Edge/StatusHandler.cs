using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;

namespace FunctionsHosting.Broker.Edge;

/// <summary>The broker's own node <c>$management</c>, for whoever wants to see what it holds: Azure tells that by its administration client only.</summary>
internal sealed class StatusHandler(ServiceBusBroker broker)
{
    public const string Address = "$management";
    public const string Operation = "localhost:queue-counts";

    public AmqpMessage Handle(AmqpMessage request)
    {
        var operation = request.ApplicationProperties?.Map["operation"] as string ?? "";
        return operation == Operation
            ? Response.Ok("queues", broker.Queues.Select(static q => Row(q.Path, q.Counts)).ToList())
            : Response.NotSupported(operation);
    }

    private static AmqpMap Row(string path, QueueCounts counts) => new()
    {
        [new("path")] = path,
        [new("active")] = counts.Active,
        [new("locked")] = counts.Locked,
        [new("deferred")] = counts.Deferred,
        [new("scheduled")] = counts.Scheduled,
    };
}
