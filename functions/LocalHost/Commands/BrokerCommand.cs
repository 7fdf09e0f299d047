using FunctionsHosting.Broker;
using Microsoft.Extensions.Logging;

namespace LocalHost.Commands;

/// <summary>Runs the Service Bus broker alone, until it is told to stop: for apps of any kind, as Azurite runs alone.</summary>
internal static class BrokerCommand
{
    public static Command Create(FunctionApp app)
    {
        var port = Port("AMQP port on loopback (0: any free one)");
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder in which messages are kept (default: .local)" };
        var config = new Option<FileInfo?>("--config") { Description = "Its queues: a config.json in the official emulator's format (default: the app's)" };
        var command = new Command("broker", "Runs the Service Bus broker alone, and prints its connection string") { port, data, config };
        command.SetAction((parsed, cancellation) => Run(
            parsed.GetValue(port),
            parsed.GetValue(data)?.FullName ?? RepositoryRoot.DataFolder,
            parsed.GetValue(config)?.FullName ?? Path.Combine(app.Folder, "servicebus.config.json"),
            cancellation));
        command.Subcommands.Add(Status());
        return command;
    }

    private static Option<int> Port(string description) => new("--port")
    {
        Description = description,
        DefaultValueFactory = static _ => FunctionsHostOptions.DefaultServiceBusPort,
    };

    private static async Task<int> Run(int port, string data, string config, CancellationToken cancellation)
    {
        if (port is < 0 or > 65535)
        {
            throw new HostStartException($"Port {port} (--port) does not exist; allowed: 0 to 65535.");
        }

        var settings = HostSettings.Gather(Path.Combine(RepositoryRoot.Path, "local.settings.json"), new Dictionary<string, string?>());
        using var loggers = LoggerFactory.Create(ConsoleLog.Levels(quiet: false, new Dictionary<string, LogLevel>()));
        await using var broker = await LocalBroker.Start(
            config, data, port, HostSettings.Flag(settings, LocalBroker.RequireKey), BusinessClock.Real(), new WorkTracker(), loggers);
        Print(broker.Broker.Queues.Select(static q => (q.Path, q.Counts)));
        Console.WriteLine(broker.ConnectionString);
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static Command Status()
    {
        var port = Port("Where the broker listens, alone or in a host");
        var command = new Command("status", "Shows what the queues of a running broker hold") { port };
        command.SetAction(async (parsed, cancellation) =>
        {
            Print(await BrokerStatus.Ask(parsed.GetValue(port), cancellation));
            return 0;
        });
        return command;
    }

    private static void Print(IEnumerable<(string Path, QueueCounts Counts)> queues)
    {
        Console.WriteLine($"{"queue",-50} {"active",9} {"locked",9} {"deferred",9} {"scheduled",9}");
        foreach (var (path, counts) in queues)
        {
            Console.WriteLine($"{path,-50} {counts.Active,9} {counts.Locked,9} {counts.Deferred,9} {counts.Scheduled,9}");
        }
    }
}
