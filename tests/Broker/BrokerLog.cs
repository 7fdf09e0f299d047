using System.Collections.Concurrent;
using System.Threading.Channels;
using FunctionsHosting.Broker;
using Microsoft.Extensions.Logging;

namespace Broker.Tests;

/// <summary>Keeps what the broker logs from Information on.</summary>
public sealed class BrokerLog : ILoggerProvider
{
    private readonly Channel<string> _connections = Channel.CreateUnbounded<string>();
    private readonly ConcurrentQueue<string> _connectionLines = [];
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>The lines about connections: one for each that was refused or did not end by a close. "Warning: text".</summary>
    public IReadOnlyCollection<string> Connections => _connectionLines;

    /// <summary>All lines, whatever they are about.</summary>
    public IReadOnlyCollection<string> All => _lines;

    /// <summary>No line says that the broker itself failed.</summary>
    public void AssertNoFault()
    {
        var faults = _lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)).ToList();
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>The next line about a connection, session or link, when it comes.</summary>
    public async Task<string> NextConnection()
    {
        using var limit = new CancellationTokenSource(A.Limit);
        return await _connections.Reader.ReadAsync(limit.Token);
    }

    public ILogger CreateLogger(string categoryName) => new Lines(this, categoryName == typeof(AmqpEdge).FullName);

    public void Dispose()
    {
    }

    private sealed class Lines(BrokerLog log, bool aboutConnections) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
            {
                return;
            }

            var line = $"{logLevel}: {formatter(state, exception)}{exception}";
            log._lines.Enqueue(line);
            if (aboutConnections)
            {
                // Others are about a link or a session.
                if (line.Contains("onnection ", StringComparison.Ordinal))
                {
                    log._connectionLines.Enqueue(line);
                }

                log._connections.Writer.TryWrite(line);
            }
        }
    }
}
