using System.CommandLine;
using System.Reflection;
using LocalHost;
using LocalHost.Commands;
using FunctionsHosting;

try
{
    var app = FunctionApp.From(Assembly.Load("Penalties"));
    var root = new RootCommand("Runs the function app on this machine: functions, durable orchestrations, Service Bus and storage in one process.");
    StartCommand.Configure(root, app, DevelopmentSettings.WithSandbox);
    var start = new Command("start", "Runs the function app (the default)");
    StartCommand.Configure(start, app, DevelopmentSettings.WithSandbox);
    root.Subcommands.Add(start);
    root.Subcommands.Add(TourCommand.Create(app));
    root.Subcommands.Add(BehavioursCommand.Create());
    root.Subcommands.Add(SandboxCommand.Create());
    root.Subcommands.Add(InstancesCommand.Create());
    root.Subcommands.Add(CleanCommand.Create());

    var console = new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromSeconds(60),
    };
    return await root.Parse(args).InvokeAsync(console);
}
catch (HostStartException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException)
{
    // Ctrl-C or SIGTERM before everything ran; the exit code is the shell's usual one for it.
    await Console.Error.WriteLineAsync("Stopped.");
    return 130;
}
