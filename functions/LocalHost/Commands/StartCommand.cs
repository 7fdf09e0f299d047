using Microsoft.Extensions.Logging;

namespace LocalHost.Commands;

/// <summary>Runs the function app until it is told to stop (Ctrl-C, SIGTERM).</summary>
internal static class StartCommand
{
    /// <summary>Makes <paramref name="command"/> start the host.</summary>
    public static void Configure(Command command, FunctionApp app, OutsideWorld outside)
    {
        var options = new StartOptions();
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => Run(parsed, options, app, outside, cancellation));
    }

    private static async Task<int> Run(
        ParseResult parsed, StartOptions options, FunctionApp app, OutsideWorld outside, CancellationToken cancellation)
    {
        var data = parsed.GetValue(options.Data)?.FullName ?? RepositoryRoot.DataFolder;
        var settings = HostSettings.Gather(Path.Combine(RepositoryRoot.Path, "local.settings.json"), new Dictionary<string, string?>());
        if (parsed.GetValue(options.Storage) is { } storage)
        {
            settings["AzureWebJobsStorage"] = storage;
        }

        var isOwnProcess = parsed.GetValue(options.Worker) == StartOptions.OwnProcess;
        var scenario = ScenarioFile.Read(parsed.GetValue(options.Scenario));
        Directory.CreateDirectory(data);
        await using var owned = Own(data);
        var clockFile = new ClockFile(Path.Combine(data, "clock.json"));
        var clock = MakeClock(parsed, options, clockFile);
        var work = new WorkTracker();
        var logging = ConsoleLog.Levels(parsed.GetValue(options.Quiet), HostJson.Read(Path.Combine(app.Folder, "host.json"), settings).LogLevels);
        var port = Port(parsed.GetValue(options.Port), settings, "LocalHost:Port", FunctionsHostOptions.DefaultPort);
        port = port == 0 ? ReservedPort.Free(1)[0] : port;

        var functions = new UriBuilder(Uri.UriSchemeHttp, "127.0.0.1", port).Uri;
        await using var world = await outside(
            new OutsideWorldRequest(settings, functions, parsed.GetValue(options.Sandbox), scenario, clock, work, logging), cancellation);
        await using var host = await FunctionsHost.StartAsync(
            isOwnProcess ? FunctionApp.In(parsed.GetValue(options.App)?.FullName ?? app.Folder) : app,
            new FunctionsHostOptions
            {
                Settings = settings,
                Worker = isOwnProcess ? WorkerPlace.OwnProcess : WorkerPlace.InProcess,
                Clock = clock,
                ClockFile = clockFile,
                Work = work,
                Azurite = new AzuriteOptions { Folder = Path.Combine(data, "azurite") },
                DataFolder = data,
                BrokerConfig = settings.GetValueOrDefault("ServiceBus:Config"),
                Port = port,
                ServiceBusPort = Port(parsed.GetValue(options.ServiceBusPort), settings, "ServiceBus:Port", FunctionsHostOptions.DefaultServiceBusPort),
                TestHooks = parsed.GetValue(options.TestHooks),
                Logging = logging,
                Output = Console.Out,
            },
            cancellation: cancellation);
        await host.Stopped.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (host.Stopped.IsFaulted)
        {
            await host.Stopped; // the app can run no more: it says why
        }

        await Console.Error.WriteLineAsync("Stopping: finishing what is under way.");
        return 0;
    }

    /// <summary>
    /// Two hosts on one folder would take storage and task hub from each other. The system drops the lock with the process, however it ends.
    /// </summary>
    private static FileStream Own(string data)
    {
        try
        {
            return new FileStream(Path.Combine(data, "host.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new HostStartException($"A local host is running on {data}; stop it first, or name another folder with --data.", e);
        }
    }

    private static BusinessClock MakeClock(ParseResult parsed, StartOptions options, ClockFile file)
    {
        var now = TimeProvider.System.GetUtcNow();
        var wanted = parsed.GetValue(options.Clock) ?? now;
        if (parsed.GetValue(options.Frozen))
        {
            return BusinessClock.Frozen(file.Resume(wanted, 0));
        }

        var day = parsed.GetValue(options.Day) ?? TimeSpan.FromDays(1);
        var start = file.Resume(wanted, TimeSpan.FromDays(1) / day);
        return start == now && day == TimeSpan.FromDays(1) ? BusinessClock.Real() : BusinessClock.Fast(day, start);
    }

    private static int Port(int? option, Dictionary<string, string?> settings, string setting, int fallback)
    {
        if (option is not null || settings.GetValueOrDefault(setting) is not { Length: > 0 } text)
        {
            return Check(option ?? fallback, setting);
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? Check(port, setting)
            : throw new HostStartException($"Setting {setting} is \"{text}\"; allowed: 0 to 65535.");
    }

    private static int Check(int port, string setting) =>
        port is >= 0 and <= 65535 ? port : throw new HostStartException($"Port {port} ({setting}) does not exist; allowed: 0 to 65535.");
}
