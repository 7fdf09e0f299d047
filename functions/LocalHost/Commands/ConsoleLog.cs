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
        // Every row that is not there yet would be a warning; and the engine warns at each start that no Application Insights is set up.
        logging.AddFilter("Azure", LogLevel.Error);
        logging.AddFilter("Host.Triggers.DurableTask", LogLevel.Error);
        // Ten lines a step; the app's own tell what became of it. host.json may ask for them.
        logging.AddFilter("DurableTask", LogLevel.Warning);
        logging.AddFilter("Function", LogLevel.Warning);
        logging.AddFilter("Host", LogLevel.Warning);
        // What keeps the app from starting is told once, by the command, without a trace.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        foreach (var (category, level) in levels.Where(l => l.Key != "default" && !quiet))
        {
            logging.AddFilter(category, level);
        }
    };
}
