using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Platform.Tests;

/// <summary>Gathers what somebody says, of whom many may speak at once.</summary>
internal abstract class Heard : ConcurrentQueue<string>
{
    /// <summary>What came since this was asked last.</summary>
    public IEnumerable<string> New()
    {
        while (TryDequeue(out var said))
        {
            yield return said;
        }
    }
}

/// <summary>All spans of this process, but those of the test's own requests.</summary>
internal sealed class Traces : Heard, IDisposable
{
    private readonly ActivityListener _listener;

    public Traces()
    {
        _listener = new()
        {
            // The test's own requests to the sandbox are not the app's.
            ShouldListenTo = source => source.Name is not ("System.Net.Http" or "Experimental.System.Net.Http.Connections"),
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span => Enqueue(
                $"{span.OperationName} {span.DisplayName} {span.StatusDescription} {string.Join(' ', span.TagObjects)} "
                + string.Join(' ', span.Events.SelectMany(one => one.Tags))),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose() => _listener.Dispose();
}

/// <summary>All log lines of a host.</summary>
internal sealed class LogLines : Heard, ILoggerProvider, ILogger
{
    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        Enqueue($"{state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Enqueue($"{formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}

/// <summary>What the durable engine wrote to storage: every message, row and blob, also those it took away again, and its failures with messages and stacks.</summary>
internal sealed class EngineWrites : Heard
{
    private readonly string _hub;

    /// <param name="line">Over which the host reaches its storage.</param>
    /// <param name="hub">Name of its task hub.</param>
    public EngineWrites(FarStorage line, string hub)
    {
        _hub = hub;
        line.Hear((service, request) =>
        {
            if (IsTheEngines(service, request))
            {
                Enqueue(request);
            }
        });
    }

    private bool IsTheEngines(string service, string request) =>
        service != "Table" || request.Contains($"{_hub}History", StringComparison.Ordinal) || request.Contains($"{_hub}Instances", StringComparison.Ordinal);
}
