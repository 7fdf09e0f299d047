using LocalHost.Sandbox.Faults;

namespace LocalHost.Commands;

/// <summary>The option <c>--scenario</c>: how the outside world misbehaves from the start.</summary>
internal static class ScenarioFile
{
    public static Option<FileInfo?> Option() => new("--scenario")
    {
        Description = "File of fault orders for the outside world, for example functions/LocalHost/Sandbox/scenario.example.json",
    };

    /// <exception cref="HostStartException">The file cannot be read, or names what is wrong in it and what is allowed.</exception>
    public static Scenario? Read(FileInfo? file)
    {
        if (file is null)
        {
            return null;
        }

        try
        {
            var (scenario, problems) = ScenarioText.Read(File.ReadAllText(file.FullName));
            return scenario ?? throw new HostStartException($"The scenario {file.FullName} (--scenario) cannot be used", problems);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new HostStartException($"The scenario {file.FullName} (--scenario) cannot be read: {unreadable.Message}", unreadable);
        }
    }

    /// <exception cref="HostStartException">No sandbox answers there.</exception>
    public static async Task Begin(Scenario? scenario, Uri sandbox, CancellationToken cancellation)
    {
        if (scenario is null)
        {
            return;
        }

        try
        {
            using var client = SandboxClient.At(sandbox);
            await client.SetScenario(scenario, cancellation);
            Console.WriteLine($"Fault orders that stand: {scenario.Faults.Count}");
        }
        catch (Exception refused) when (refused is HttpRequestException or SandboxException)
        {
            throw new HostStartException($"The sandbox at {sandbox} did not take the scenario (--scenario): {refused.Message}", refused);
        }
    }
}
