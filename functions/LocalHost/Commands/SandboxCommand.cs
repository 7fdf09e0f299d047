namespace LocalHost.Commands;

/// <summary>Runs the outside world as a process of its own, until it is told to stop.</summary>
internal static class SandboxCommand
{
    private const int DefaultPort = SandboxOptions.UsualPort;

    public static Command Create()
    {
        var port = new Option<int>("--port") { Description = "HTTP port (0: any free one)", DefaultValueFactory = static _ => DefaultPort };
        var scenario = ScenarioFile.Option();
        var command = new Command("sandbox", "Runs the outside world (CRM, board, driver admin, SMS provider) as its own process") { port, scenario };
        command.SetAction((parsed, cancellation) => Run(parsed.GetValue(port), ScenarioFile.Read(parsed.GetValue(scenario)), cancellation));
        return command;
    }

    private static async Task<int> Run(int port, Scenario? scenario, CancellationToken cancellation)
    {
        if (port is < 0 or > 65535)
        {
            throw new HostStartException($"Port {port} (--port) does not exist; allowed: 0 to 65535.");
        }

        await using var sandbox = await Start(port, cancellation);
        await ScenarioFile.Begin(scenario, sandbox.BaseAddress, cancellation);
        Console.WriteLine($"Sandbox: {sandbox.BaseAddress}");
        Console.WriteLine($"What it received: {new Uri(sandbox.BaseAddress, "sandbox")}");
        await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }

    private static async Task<SandboxServer> Start(int port, CancellationToken cancellation)
    {
        try
        {
            return await SandboxServer.StartAsync(new() { Port = port }, cancellation);
        }
        catch (IOException taken)
        {
            throw new HostStartException($"Port {port} is taken; choose another with --port.", taken);
        }
    }
}
