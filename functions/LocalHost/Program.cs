using LocalHost.Commands;

namespace LocalHost;

/// <summary>The commands. A class of its own name, so that <c>Program</c> alone is the function app's.</summary>
internal static class Program
{
    /// <summary>A start that was interrupted ends with the shell's usual code for it.</summary>
    private const int Interrupted = 130;

    private static async Task<int> Main(string[] args)
    {
        try
        {
            return await Root().Parse(args).InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
            });
        }
        catch (HostStartException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C or SIGTERM before everything ran.
            await Console.Error.WriteLineAsync("Stopped.");
            return Interrupted;
        }
    }

    private static RootCommand Root()
    {
        var app = FunctionApp.Of<global::Program>();
        var root = new RootCommand("Runs the function app on this machine: functions, durable orchestrations, Service Bus and storage.");
        StartCommand.Configure(root, app, DevelopmentSettings.WithSandbox);
        var start = new Command("start", "Runs the function app (the default)");
        StartCommand.Configure(start, app, DevelopmentSettings.WithSandbox);
        root.Subcommands.Add(start);
        root.Subcommands.Add(TourCommand.Create(app));
        root.Subcommands.Add(BehavioursCommand.Create());
        root.Subcommands.Add(SandboxCommand.Create());
        root.Subcommands.Add(BrokerCommand.Create(app));
        root.Subcommands.Add(InstancesCommand.Create());
        root.Subcommands.Add(DeadLettersCommand.Create());
        root.Subcommands.Add(CleanCommand.Create());
        return root;
    }
}
