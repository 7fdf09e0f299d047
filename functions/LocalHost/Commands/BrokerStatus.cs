using System.Net.Sockets;
using FunctionsHosting.Broker;
using FunctionsHosting.Broker.Edge;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;

namespace LocalHost.Commands;

/// <summary>Asks a running broker what its queues hold.</summary>
internal static class BrokerStatus
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <param name="port">Where it listens.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="HostStartException">There is no broker.</exception>
    public static async Task<IReadOnlyList<(string Path, QueueCounts Counts)>> Ask(int port, CancellationToken cancellation)
    {
        try
        {
            var connection = await AmqpConnection.Factory.OpenConnectionAsync(new Uri($"amqp://127.0.0.1:{port}"), cancellation).WaitAsync(Limit, cancellation);
            try
            {
                return await Ask(connection, cancellation);
            }
            finally
            {
                await connection.CloseAsync(Limit);
            }
        }
        catch (Exception fault) when (fault is AmqpException or IOException or SocketException or TimeoutException)
        {
            throw new HostStartException($"No broker answers on port {port}: {fault.Message}", fault);
        }
    }

    private static async Task<IReadOnlyList<(string Path, QueueCounts Counts)>> Ask(AmqpConnection connection, CancellationToken cancellation)
    {
        var session = connection.CreateSession(new AmqpSessionSettings());
        await session.OpenAsync(cancellation);
        var link = new RequestResponseAmqpLink("status", session, StatusHandler.Address, null);
        await link.OpenAsync(cancellation);
        using var request = AmqpMessage.Create();
        request.ApplicationProperties.Map["operation"] = StatusHandler.Operation;
        var answer = await link.RequestAsync(request, cancellation);
        return answer.ValueBody?.Value is AmqpMap body && body[new("queues")] is IEnumerable<object> rows
            ? [.. rows.Cast<AmqpMap>().Select(Row)]
            : throw new HostStartException("What answers is not this broker.");
    }

    private static (string Path, QueueCounts Counts) Row(AmqpMap row)
    {
        return ((string)row[new("path")], new(Of("active"), Of("locked"), Of("deferred"), Of("scheduled")));

        int Of(string state) => (int)row[new(state)];
    }
}
