using FunctionsHosting.Broker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using SQLitePCL;

namespace Bench.Ground;

/// <summary>
/// The process that <see cref="BrokerProcess"/> starts: a broker and nothing else, so that its memory is the broker's. It prints its connection string,
/// answers each line that it is sent with what the broker holds, and ends with its input.
/// </summary>
internal static class BrokerAlone
{
    public const string Name = "broker-alone";

    private static readonly Option<string?> File = new("--file") { Description = "Where messages are kept; without one in memory" };

    public static Command Command()
    {
        var command = new Command(Name, "The broker that the bench 'servicebus' measures") { File };
        command.Hidden = true;
        command.SetAction((given, cancellation) => Run(given.GetValue(File), cancellation));
        return command;
    }

    private static async Task<int> Run(string? file, CancellationToken cancellation)
    {
        // Nothing of a broker at its work is a warning: what it warns of is for whoever reads the figures.
        using var loggers = LoggerFactory.Create(static logging => logging
            .SetMinimumLevel(LogLevel.Warning)
            .AddSimpleConsole(static console => console.SingleLine = true)
            .Services.Configure<ConsoleLoggerOptions>(static console => console.LogToStandardErrorThreshold = LogLevel.Trace));
        var options = new BrokerOptions { Queues = [.. Queues.All.Select(static name => new QueueSettings(name))], DataFile = file };
        await using var broker = ServiceBusBroker.Open(options, BusinessClock.Real(), new WorkTracker(), loggers);
        await using var edge = AmqpEdge.Listen(broker, port: 0, requireKey: false, loggers);
        Console.WriteLine(edge.ConnectionString);
        while (await Console.In.ReadLineAsync(cancellation) is not null)
        {
            Console.WriteLine(Held());
        }

        return 0;
    }

    /// <summary>Bytes after full collections: all objects of the process, and what SQLite has of its own.</summary>
    private static long Held()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true) + raw.sqlite3_memory_used();
    }
}
