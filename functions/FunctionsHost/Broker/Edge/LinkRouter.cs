using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;
using Microsoft.Azure.Amqp.Transaction;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Decides, for one connection, what a link that the peer opens is connected to.</summary>
internal sealed partial class LinkRouter(ServiceBusBroker broker, ILogger log) : ILinkFactory
{
    private const string ManagementSuffix = "/$management";

    /// <summary>By session and entity; they go with their session.</summary>
    private readonly ConditionalWeakTable<AmqpSession, Dictionary<string, RequestNode>> _requestNodes = [];

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

    /// <summary>The library ends a session or link in which a handler of ours has failed, and tells only the client why.</summary>
    public T Watch<T>(T sessionOrLink)
        where T : AmqpObject
    {
        sessionOrLink.Closed += (_, _) =>
        {
            if (sessionOrLink.TerminalException is { } fault and not (AmqpException or IOException or SocketException or OperationCanceledException))
            {
                Failed(log, fault);
            }
        };
        return sessionOrLink;
    }

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
            return Node(session, "$cbs", new CbsHandler(broker).Handle).Connect(session, settings);
        }

        var management = address.EndsWith(ManagementSuffix, StringComparison.OrdinalIgnoreCase);
        if (broker.Find(management ? address[..^ManagementSuffix.Length] : address) is not { } queue)
        {
            UnknownEntity(log, address);
            throw new AmqpException(AmqpErrorCode.NotFound, $"The messaging entity '{address}' could not be found.");
        }

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
}
