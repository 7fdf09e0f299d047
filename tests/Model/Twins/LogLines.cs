using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Model.Tests.Twins;

/// <summary>Keeps all that is logged, from Trace on: texts, values, scopes and faults.</summary>
internal sealed class LogLines : ILoggerFactory
{
    private readonly ConcurrentQueue<string> _lines = [];

    public IReadOnlyCollection<string> All => _lines;

    public ILogger CreateLogger(string categoryName) => new Lines(categoryName, _lines);

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException("The lines are kept here and nowhere else.");

    public void Dispose()
    {
    }

    private sealed class Lines(string category, ConcurrentQueue<string> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            lines.Enqueue($"{category} scope: {Values(state)}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{category} {logLevel}: {formatter(state, exception)} | {Values(state)} | {exception}");

        private static string Values<TState>(TState state) =>
            state is IEnumerable<KeyValuePair<string, object?>> values ? string.Join(", ", values.Select(one => $"{one.Key}={one.Value}")) : $"{state}";
    }
}
