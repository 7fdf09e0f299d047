using System.CommandLine;
using System.Reflection;
using LocalHost;
using LocalHost.Commands;
using LocalHost.Worker;

// The outside world and the development settings of the app come in here.
OutsideWorld outside = static (_, _) => Task.FromResult<IAsyncDisposable?>(null);

try
{
    var app = FunctionApp.From(Assembly.Load("Penalties"));
    var root = new RootCommand("Runs the function app on this machine: functions, durable orchestrations, Service Bus and storage in one process.");
    StartCommand.Configure(root, app, outside);
    var start = new Command("start", "Runs the function app (the default)");
    StartCommand.Configure(start, app, outside);
    root.Subcommands.Add(start);
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
