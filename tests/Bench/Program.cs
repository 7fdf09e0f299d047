using Bench;

Measurement[] benches = [CaseBench.Is, IntakeBench.Is, BlockBench.Is, HostBench.Is, CasesBench.Is, ModelBench.Is, ServiceBusBench.Is];

var json = new Option<bool>("--json") { Description = "Print one JSON document on standard output and nothing else there", Recursive = true };
var name = new Argument<string?>("name") { Arity = ArgumentArity.ZeroOrOne, Description = "Which bench; without one they are listed", Hidden = true };
var root = new RootCommand("Measures what things cost. A missed target ends with 1, what could not be measured with 2.") { json, name };
foreach (var bench in benches)
{
    var command = new Command(bench.Name, bench.Tells);
    foreach (var option in bench.Options)
    {
        command.Options.Add(option);
    }

    command.SetAction((given, cancellation) => Measure(bench, new(given, static text => Console.Error.WriteLine(text), cancellation)));
    root.Subcommands.Add(command);
}

root.Subcommands.Add(BrokerAlone.Command());
root.SetAction(given => List(given.GetValue(name)));
return await root.Parse(args).InvokeAsync(new InvocationConfiguration
{
    ProcessTerminationTimeout = TimeSpan.FromSeconds(60), // what a bench has started is ended with it
});

async Task<int> Measure(Measurement bench, Run run)
{
    try
    {
        var machine = await Machine.This(run.Cancellation);
        var figures = await bench.Measure(run);
        if (run.Given.GetValue(json))
        {
            Printed.AsJson(bench.Name, machine, figures);
        }
        else
        {
            Printed.AsTables(machine, figures);
        }

        return figures.Any(static figure => figure is { Met: false, IsPromise: false }) ? 1 : 0;
    }
    catch (Exception e) when (e is NotMeasuredException or HostStartException || run.Cancellation.IsCancellationRequested)
    {
        await Console.Error.WriteLineAsync(run.Cancellation.IsCancellationRequested ? "Stopped." : e.Message);
        return 2;
    }
}

int List(string? wrong)
{
    if (wrong is not null)
    {
        Console.Error.WriteLine($"There is no bench '{wrong}'; benches: {string.Join(", ", benches.Select(static bench => bench.Name))}.");
        return 2;
    }

    foreach (var bench in benches)
    {
        Console.WriteLine($"{bench.Name,-10} {bench.Tells}");
    }

    return 0;
}
