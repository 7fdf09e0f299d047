using System.Text.Json;
using FunctionsHosting;
using FunctionsHosting.Clock;
using Microsoft.Extensions.DependencyInjection;
using SmallApp;

namespace Host.Tests;

/// <summary>The small app on a host with a standing clock and free ports.</summary>
internal static class Small
{
    public static readonly DateTimeOffset Start = new(2026, 9, 18, 0, 0, 0, TimeSpan.Zero);

    private static readonly string[] All = Names();

    /// <summary>A host of the small orchestrations that hold the engines together.</summary>
    public static FunctionsHostOptions Contract => Only(All.Where(static name => name.StartsWith("Contract", StringComparison.Ordinal)));

    /// <summary>A host of some of the app's functions: the others are switched off, by the official setting.</summary>
    public static FunctionsHostOptions Only(params IEnumerable<string> functions)
    {
        var settings = All.Except(functions).ToDictionary(static name => $"AzureWebJobs.{name}.Disabled", static _ => (string?)"true");
        settings["HourlySchedule"] = "0 0 * * * *";
        return new() { Clock = BusinessClock.Frozen(Start), Settings = settings, DrainLimit = TimeSpan.FromSeconds(10) };
    }

    public static FunctionsHostOptions With(this FunctionsHostOptions options, string setting, string? value) =>
        options with { Settings = new Dictionary<string, string?>(options.Settings) { [setting] = value } };

    public static Task<FunctionsHost> Run(this FunctionsHostOptions options, Action<IServiceCollection>? services = null) =>
        FunctionsHost.StartAsync<Seen>(options, services);

    public static IReadOnlyCollection<string> Lines(this FunctionsHost host) => host.Services.GetRequiredService<Seen>().Lines;

    public static Gate Gate(this FunctionsHost host) => host.Services.GetRequiredService<Gate>();

    private static string[] Names()
    {
        using var metadata = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "functions.metadata")));
        return [.. metadata.RootElement.EnumerateArray().Select(static function => function.GetProperty("name").GetString()!)];
    }
}
