using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Transaction;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Decides, for one connection, what a link that the peer opens is connected to.</summary>
internal sealed partial class LinkRouter(ServiceBusBroker broker, bool requireKey, ILogger log) : ILinkFactory
{
    private const string ManagementSuffix = "/$management";

    /// <summary>By session and entity; they go with their session.</summary>
    private readonly ConditionalWeakTable<AmqpSession, Dictionary<string, RequestNode>> _requestNodes = [];
    private readonly TokenGate _gate = new(requireKey);

    /// <summary>The entity of an address, and whether its management node is meant.</summary>
    public static (string Entity, bool Management) Split(string address) => address.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase)
        ? (address[..^ManagementSuffix.Length], true)
        : (address, false);

    public static bool IsSubscription(string entity) => entity.Contains("/subscriptions/", StringComparison.OrdinalIgnoreCase);

    public static string NoSuchEntity(string entity) =>
        $"The messaging entity '{entity}' could not be found. This broker has the queues of its configuration; it does not support topics.";

    /// <exception cref="AmqpException">The link is refused, with that error.</exception>
    public AmqpLink CreateLink(AmqpSession session, AmqpLinkSettings settings) => Watch(Connect(session, settings));

    public IAsyncResult BeginOpenLink(AmqpLink link, TimeSpan timeout, AsyncCallback callback, object state)
    {
        var opened = new TaskCompletionSource(state);
        opened.SetResult();
        callback(opened.Task);
        return opened.Task;
    }

    public void EndOpenLink(IAsyncResult result)
    {
    }

    /// <summary>The library ends a session or link over a fault of the peer or of ours, and tells only the peer why.</summary>
    public T Watch<T>(T sessionOrLink)
        where T : AmqpObject
    {
        sessionOrLink.Closed += (_, _) =>
        {
            var connection = (sessionOrLink as AmqpSession ?? (sessionOrLink as AmqpLink)!.Session).Connection;
            switch (sessionOrLink.TerminalException)
            {
                case var fault when fault == connection.TerminalException: break; // None, or what is said of the connection.
                case IOException or SocketException or OperationCanceledException: break;
                case AmqpException told: Dropped(log, told.Error.Condition.Value, told.Message); break;
                case { } fault when IsThePeers(fault): Dropped(log, AmqpErrorCode.InvalidField.Value, fault.Message); break;
                case { } fault: Failed(log, fault); break;
            }
        };
        return sessionOrLink;
    }

    /// <summary>Over what it did not foresee the library trips by itself, nearer to the fault than any code of ours.</summary>
    private static bool IsThePeers(Exception fault) => new StackTrace(fault).GetFrames().Select(static f => f.GetMethod()?.DeclaringType?.Assembly)
        .FirstOrDefault(static a => a == typeof(LinkRouter).Assembly || a == typeof(AmqpConnection).Assembly) == typeof(AmqpConnection).Assembly;

    private AmqpLink Connect(AmqpSession session, AmqpLinkSettings settings)
    {
        if (settings.Target is Coordinator)
        {
            throw new AmqpException(AmqpErrorCode.NotImplemented, "Transactions are not supported by this broker.");
        }

        var source = settings.Source as Source;
        var address = $"{(settings.IsReceiver() ? (settings.Target as Target)?.Address : source?.Address)}".TrimStart('/');
        if (address.Equals("$cbs", StringComparison.OrdinalIgnoreCase))
        {
            return Node(session, "$cbs", new CbsHandler(broker, _gate).Handle).Connect(session, settings);
        }

        if (address.Equals(StatusHandler.Address, StringComparison.OrdinalIgnoreCase))
        {
            return Node(session, StatusHandler.Address, new StatusHandler(broker).Handle).Connect(session, settings);
        }

        var (entity, management) = Split(address);
        var queue = Queue(entity);

        if (management)
        {
            return Node(session, queue.Path, new ManagementHandler(queue, log).Handle).Connect(session, settings);
        }

        if (settings.IsReceiver())
        {
            return SendTarget.Connect(queue, session, settings, log);
        }

        return source?.FilterSet?.TryGetValue<object>("com.microsoft:session-filter", out _) == true
            ? throw new AmqpException(AmqpErrorCode.NotAllowed, $"The queue '{queue.Path}' does not have sessions; this broker does not support them.")
            : new ReceiveSource(queue, session, settings, log);
    }

    private BrokerQueue Queue(string entity)
    {
        if (!_gate.Allows(entity))
        {
            throw new AmqpException(AmqpErrorCode.UnauthorizedAccess, $"Unauthorized access: no token was put that is good for '{entity}'.");
        }

        if (broker.Find(entity) is { } queue)
        {
            return queue;
        }

        UnknownEntity(log, entity);
        throw IsSubscription(entity)
            ? new AmqpException(AmqpErrorCode.NotImplemented, $"'{entity}': topics and subscriptions are not supported by this broker.")
            : new AmqpException(AmqpErrorCode.NotFound, NoSuchEntity(entity));
    }

    private RequestNode Node(AmqpSession session, string name, Func<AmqpMessage, AmqpMessage> handle)
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

    [LoggerMessage(2, LogLevel.Error, "A client's link or session is dropped by a fault of the broker")]
    private static partial void Failed(ILogger logger, Exception fault);

    [LoggerMessage(3, LogLevel.Warning, "A client's link or session is dropped ({Condition}): {Problem}")]
    private static partial void Dropped(ILogger logger, string condition, string problem);
}
