using System.Runtime.CompilerServices;
using Amqp;
using Amqp.Framing;
using Amqp.Transactions;
using Amqp.Types;
using FunctionsHosting.Broker.Wire;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Decides, for one connection, what a link that the peer opens is connected to.</summary>
internal sealed partial class LinkRouter(ServiceBusBroker broker, ILogger log)
{
    private const string ManagementSuffix = "/$management";
    private static readonly Symbol SessionFilter = "com.microsoft:session-filter";

    /// <summary>By session and entity; they go with their session.</summary>
    private readonly ConditionalWeakTable<AmqpSession, Dictionary<string, RequestNode>> _requestNodes = [];

    public void OnAttach(AmqpSession session, Attach attach)
    {
        if (attach.Target is Coordinator)
        {
            Refuse(session, attach, "amqp:not-implemented", "Transactions are not supported by this broker.");
            return;
        }

        var address = (attach.Role ? (attach.Source as Source)?.Address : (attach.Target as Target)?.Address)?.TrimStart('/') ?? "";
        if (address.Equals("$cbs", StringComparison.OrdinalIgnoreCase))
        {
            Node(session, "$cbs", new CbsHandler(broker).Handle).Connect(session, attach);
            return;
        }

        var management = address.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase);
        if (broker.Find(management ? address[..^ManagementSuffix.Length] : address) is not { } queue)
        {
            UnknownEntity(log, address);
            Refuse(session, attach, "amqp:not-found", $"The messaging entity '{address}' could not be found.");
            return;
        }

        if (management)
        {
            Node(session, queue.Path, new ManagementHandler(queue, log).Handle).Connect(session, attach);
        }
        else if (!attach.Role)
        {
            SendTarget.Connect(queue, session, attach, log);
        }
        else if (((Source)attach.Source).FilterSet is { } filters && filters.ContainsKey(SessionFilter))
        {
            Refuse(session, attach, "amqp:not-allowed", $"The queue '{queue.Path}' does not have sessions; this broker does not support them.");
        }
        else
        {
            ReceiveSource.Connect(queue, session, attach, log);
        }
    }

    private static void Refuse(AmqpSession session, Attach attach, string condition, string description) =>
        session.Refuse(attach, new Error(condition) { Description = description });

    private RequestNode Node(AmqpSession session, string name, Func<Message, Message> handle)
    {
        var nodes = _requestNodes.GetOrCreateValue(session);
        if (!nodes.TryGetValue(name, out var node))
        {
            nodes.Add(name, node = new RequestNode(handle, log));
        }

        return node;
    }

    [LoggerMessage(1, LogLevel.Warning, "A client asked for '{Address}', which is not in the broker's configuration")]
    private static partial void UnknownEntity(ILogger logger, string address);
}
