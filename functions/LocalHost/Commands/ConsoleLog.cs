using Microsoft.Extensions.Logging;

namespace LocalHost.Commands;

/// <summary>Logs to the console, one line a message, at the levels of host.json.</summary>
internal static class ConsoleLog
{
    public static Action<ILoggingBuilder> Levels(bool quiet, IReadOnlyDictionary<string, LogLevel> levels) => logging =>
    {
        logging.AddSimpleConsole(static console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "HH:mm:ss ";
        });
        logging.SetMinimumLevel(quiet ? LogLevel.Warning : levels.GetValueOrDefault("default", LogLevel.Information));
        logging.AddFilter("Microsoft", LogLevel.Warning);
        logging.AddFilter("System", LogLevel.Warning);
        logging.AddFilter("Polly", LogLevel.Warning);
        // What keeps the app from starting is told once, by the command, without a trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        foreach (var (category, level) in levels.Where(l => l.Key != "default" && !quiet))
        {
            logging.AddFilter(category, level);
        }
    };
}
