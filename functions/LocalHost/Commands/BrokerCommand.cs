using FunctionsHosting.Broker;
using Microsoft.Extensions.Logging;

namespace LocalHost.Commands;

/// <summary>Runs the Service Bus broker alone, until it is told to stop: for apps of any kind, as Azurite runs alone.</summary>
internal static class BrokerCommand
{
    public static Command Create(FunctionApp app)
    {
        var port = new Option<int>("--port")
        {
            Description = "AMQP port on loopback (0: any free one)",
            DefaultValueFactory = static _ => FunctionsHostOptions.DefaultServiceBusPort,
        };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder in which messages are kept (default: .local)" };
        var config = new Option<FileInfo?>("--config") { Description = "Its queues: a config.json in the official emulator's format (default: the app's)" };
        var command = new Command("broker", "Runs the Service Bus broker alone, and prints its connection string") { port, data, config };
        command.SetAction((parsed, cancellation) => Run(
            parsed.GetValue(port),
            parsed.GetValue(data)?.FullName ?? RepositoryRoot.DataFolder,
            parsed.GetValue(config)?.FullName ?? Path.Combine(app.Folder, "servicebus.config.json"),
            cancellation));
        return command;
    }

    private static async Task<int> Run(int port, string data, string config, CancellationToken cancellation)
    {
        if (port is < 0 or > 65535)
        {
            throw new HostStartException($"Port {port} (--port) does not exist; allowed: 0 to 65535.");
        }

        using var loggers = LoggerFactory.Create(ConsoleLog.Levels(quiet: false, new Dictionary<string, LogLevel>()));
        await using var broker = await LocalBroker.Start(config, data, port, BusinessClock.Real(), new WorkTracker(), loggers);
        foreach (var queue in broker.Broker.Queues)
        {
            Console.WriteLine($"  {queue.Path}  {queue.Count} messages");
        }

        Console.WriteLine(broker.ConnectionString);
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }
}
