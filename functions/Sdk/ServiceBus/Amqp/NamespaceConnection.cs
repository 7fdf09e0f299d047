using System.Collections.Concurrent;
using System.Net.Security;
using System.Net.Sockets;
using Amqp;
using Amqp.Framing;

namespace Functions.Sdk.Amqp;

/// <summary>Where a namespace is and how it is entered.</summary>
internal sealed record NamespaceEndpoint(string Host, int Port, bool UseTls, TokenSource Tokens)
{
    private const int PlainPort = 5672;
    private const int TlsPort = 5671;

    public static NamespaceEndpoint From(ConnectionString text) => new(
        text.Endpoint.Host,
        text.Endpoint.Port > 0 ? text.Endpoint.Port : text.UseDevelopmentEmulator ? PlainPort : TlsPort,
        !text.UseDevelopmentEmulator,
        new TokenSource(text));

    public static NamespaceEndpoint From(string fullyQualifiedNamespace, TokenSource tokens) =>
        new(fullyQualifiedNamespace, TlsPort, UseTls: true, tokens);
}

/// <summary>The one connection of a client: opened when first needed, and again after it was lost. Thread-safe.</summary>
internal sealed class NamespaceConnection(NamespaceEndpoint endpoint, string? identifier) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private readonly string _containerId = identifier ?? $"functions-sdk-{Guid.NewGuid():N}";
    private OpenConnection? _current;
    private bool _disposed;

    /// <summary>The session for an entity's links, with a token in place that lets them in.</summary>
    public async Task<AmqpSession> Enter(string entityPath, CancellationToken cancellation)
    {
        var connection = await Get(cancellation);
        await connection.Authorize($"amqps://{endpoint.Host}/{entityPath}", endpoint.Tokens, cancellation);
        return connection.Session;
    }

    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync();
        try
        {
            _disposed = true;
            if (_current is not null)
            {
                await _current.Amqp.DisposeAsync();
            }
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<OpenConnection> Get(CancellationToken cancellation)
    {
        if (Volatile.Read(ref _current) is { IsUsable: true } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(_disposed, typeof(Azure.Messaging.ServiceBus.ServiceBusClient));
            if (_current is { IsUsable: true } opened)
            {
                return opened;
            }

            if (_current is { } lost)
            {
                await lost.Amqp.DisposeAsync();
            }

            _current = await Open(cancellation);
            return _current;
        }
        finally
        {
            _opening.Release();
        }
    }

    private async Task<OpenConnection> Open(CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellation);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.UseTls)
            {
                var tls = new SslStream(stream);
                stream = tls;
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = endpoint.Host }, cancellation);
            }

            var amqp = await AmqpConnection.Connect(stream, endpoint.Host, _containerId, cancellation);
            return new OpenConnection(amqp);
        }
        catch
        {
            stream?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    private sealed class OpenConnection(AmqpConnection amqp)
    {
        private static readonly TimeSpan RenewBefore = TimeSpan.FromMinutes(5);

        private readonly SemaphoreSlim _putting = new(1);
        private readonly ConcurrentDictionary<string, DateTimeOffset> _authorized = new(StringComparer.OrdinalIgnoreCase);
        private RequestLinks? _cbs;

        public AmqpConnection Amqp => amqp;

        public AmqpSession Session { get; } = amqp.OpenSession();

        public bool IsUsable => !amqp.Closed.IsCompleted && !Session.IsOver;

        public async Task Authorize(string audience, TokenSource tokens, CancellationToken cancellation)
        {
            if (IsAuthorized(audience))
            {
                return;
            }

            await _putting.WaitAsync(cancellation);
            try
            {
                if (IsAuthorized(audience))
                {
                    return;
                }

                if (_cbs is null || _cbs.IsGone)
                {
                    _cbs = await RequestLinks.Open(Session, "$cbs", cancellation);
                }

                var token = await tokens.Create(audience, cancellation);
                var request = new Message
                {
                    BodySection = new AmqpValue { Value = token.Value },
                    ApplicationProperties = new ApplicationProperties { ["operation"] = "put-token", ["type"] = token.Type, ["name"] = audience },
                };
                if (token.ExpiresAt < DateTimeOffset.MaxValue)
                {
                    request.ApplicationProperties["expiration"] = token.ExpiresAt.UtcDateTime;
                }

                (await _cbs.Ask(request, cancellation)).Body();
                _authorized[audience] = token.ExpiresAt;
            }
            finally
            {
                _putting.Release();
            }
        }

        private bool IsAuthorized(string audience) =>
            _authorized.TryGetValue(audience, out var until) && until - RenewBefore > TimeProvider.System.GetUtcNow();
    }
}
