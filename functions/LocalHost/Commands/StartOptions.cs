using System.CommandLine.Parsing;

namespace LocalHost.Commands;

/// <summary>The options of <c>start</c>.</summary>
internal sealed class StartOptions
{
    public const string InProcess = "in-process";
    public const string OwnProcess = "process";

    public Option<int?> Port { get; } = new("--port") { Description = "HTTP port (default 7071; 0: any free one). Setting: LocalHost:Port" };

    public Option<int?> ServiceBusPort { get; } =
        new("--service-bus-port") { Description = "Port of the local Service Bus broker (default 5672; 0: any free one). Setting: ServiceBus:Port" };

    public Option<TimeSpan?> Day { get; } = new("--day")
    {
        Description = "Run the business clock so fast that a day takes this long, for example 10s",
        CustomParser = DurationText.Parse,
    };

    public Option<DateTimeOffset?> Clock { get; } = new("--clock")
    {
        Description = "Where the business clock starts, for example 2026-09-18T22:30:00+09:00 (default: now). "
            + "A clock kept in the data folder never goes back",
    };

    public Option<bool> Frozen { get; } = new("--frozen") { Description = "The business clock stands until it is advanced (needs --test-hooks)" };

    public Option<DirectoryInfo?> Data { get; } =
        new("--data") { Description = "Folder of storage, broker and clock (default: .local in the repository)" };

    public Option<string?> Storage { get; } =
        new("--storage") { Description = "Connection string of a storage that runs already (default: an Azurite of our own)" };

    public Option<Uri?> Sandbox { get; } = new("--sandbox")
    {
        Description = "Address of a sandbox that runs elsewhere (default: one inside this process)",
        CustomParser = static argument => Address(argument),
    };

    public Option<FileInfo?> Scenario { get; } = ScenarioFile.Option();

    public Option<string?> Worker { get; } = new Option<string?>("--worker")
    {
        Description = "Where the worker runs: in-process (the default), or process: the built app as a process of its own, as on Azure",
    }.AcceptOnlyFromAmong(InProcess, OwnProcess);

    public Option<DirectoryInfo?> App { get; } =
        new("--app") { Description = "With --worker process: folder of a built or published function app (default: the product's own)" };

    public Option<bool> TestHooks { get; } =
        new("--test-hooks") { Description = "Serve /localhost/clock/advance, /localhost/idle and /localhost/status" };

    public Option<bool> Quiet { get; } = new("--quiet") { Description = "Log warnings and errors only" };

    internal static Uri? Address(ArgumentResult argument)
    {
        var text = argument.Tokens.Single().Value;
        if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
        {
            return address;
        }

        argument.AddError($"'{text}' is not an address; allowed: an absolute http or https URL, for example http://127.0.0.1:7080/.");
        return null;
    }

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[Port, ServiceBusPort, Day, Clock, Frozen, Data, Storage, Sandbox, Scenario, Worker, App, TestHooks, Quiet])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(Frozen) && result.GetResult(Day) is not null)
            {
                result.AddError("--frozen and --day exclude each other.");
            }

            if (result.GetResult(App) is not null && result.GetValue(Worker) != OwnProcess)
            {
                result.AddError("--app needs --worker process: an app of a folder runs as a process of its own.");
            }

            if (result.GetValue(Frozen) && !result.GetValue(TestHooks))
            {
                result.AddError("--frozen needs --test-hooks: nothing else moves the clock.");
            }
        });
    }
}
