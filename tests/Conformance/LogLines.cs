using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Conformance.Tests;

/// <summary>Keeps what is logged, by category.</summary>
public sealed class LogLines : ILoggerFactory
{
    private readonly ConcurrentQueue<(string Category, string Text)> _lines = [];

    public IEnumerable<string> Of(string category) => _lines.Where(l => l.Category == category).Select(static l => l.Text);

    public ILogger CreateLogger(string categoryName) => new Lines(categoryName, _lines);

    public void AddProvider(ILoggerProvider provider)
    {
        // The lines are kept here and nowhere else.
    }

    public void Dispose()
    {
    }

    private sealed class Lines(string category, ConcurrentQueue<(string Category, string Text)> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue((category, formatter(state, exception)));
    }
}
