using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

/// <summary>
/// Hears from the Azure Storage provider which messages it drops because it does not know their instance. Its log is the only place where it says so.
/// </summary>
/// <remarks>
/// That happens to what is sent to an instance whose start a killed host has locked: it comes to a queue before the start comes back. Else it would count
/// as on its way for ever.
/// </remarks>
[ProviderAlias("DroppedMessages")]
internal sealed class DroppedMessages : ILoggerProvider, ILogger
{
    /// <summary>Category of the provider's log.</summary>
    public const string Category = "DurableTask.AzureStorage";

    private const string Discarding = "DiscardingWorkItem";

    /// <summary>Called with the instance's id and the number of messages.</summary>
    public event Action<string, int>? Heard;

    public ILogger CreateLogger(string categoryName) => this;

    public bool IsEnabled(LogLevel logLevel) => true;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (eventId.Name == Discarding && state is IEnumerable<KeyValuePair<string, object>> told)
        {
            var fields = told.ToDictionary();
            Heard?.Invoke((string)fields["InstanceId"], (int)fields["NewEventCount"]);
        }
    }

    public void Dispose()
    {
    }
}
