using System.CommandLine;

namespace FunctionsHosting;

/// <summary>Runs any built isolated app until it is told to stop (Ctrl-C, SIGTERM): <c>dotnet run --project functions/FunctionsHost -- --app folder</c>.</summary>
internal static class Cli
{
    /// <summary>A start that was interrupted ends with the shell's usual code for it.</summary>
    private const int Interrupted = 130;

    private static async Task<int> Main(string[] args)
    {
        var app = new Option<DirectoryInfo>("--app") { Description = "Output of 'dotnet build' or 'dotnet publish' of the app", Required = true };
        var port = new Option<int>("--port")
        {
            Description = "HTTP port on loopback (0: any free one)",
            DefaultValueFactory = static _ => FunctionsHostOptions.DefaultPort,
        };
        var data = new Option<DirectoryInfo?>("--data") { Description = "Folder of storage and queues (default: .local beside the app)" };
        var root = new RootCommand("Runs a .NET isolated function app on this machine, on Azurite and a Service Bus broker of its own") { app, port, data };
        root.SetAction((parsed, cancellation) => Run(parsed.GetValue(app)!.FullName, parsed.GetValue(port), parsed.GetValue(data)?.FullName, cancellation));
        return await root.Parse(args).InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
        });
    }

    private static async Task<int> Run(string folder, int port, string? data, CancellationToken cancellation)
    {
        try
        {
            data ??= Path.Combine(folder, ".local");
            var options = new FunctionsHostOptions
            {
                Settings = HostSettings.Gather(Path.Combine(folder, "local.settings.json"), new Dictionary<string, string?>()),
                Worker = WorkerPlace.OwnProcess,
                Azurite = new AzuriteOptions { Folder = Path.Combine(data, "azurite") },
                DataFolder = data,
                Port = port,
                Logging = static logging => logging.AddSimpleConsole(static console => console.SingleLine = true)
                    .AddFilter("Microsoft", LogLevel.Warning).AddFilter("DurableTask", LogLevel.Warning).AddFilter("Host", LogLevel.Warning)
                    .AddFilter("Function", LogLevel.Warning).AddFilter("Azure", LogLevel.Error).AddFilter("Host.Triggers.DurableTask", LogLevel.Error),
                Output = Console.Out,
            };
            await using var host = await FunctionsHost.StartAsync(FunctionApp.In(folder), options, cancellation: cancellation);
            await host.Stopped.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (host.Stopped.IsFaulted)
            {
                await host.Stopped; // the app can run no more: it says why
            }

            return 0;
        }
        catch (HostStartException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Interrupted;
        }
    }
}
