using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Configuration;

/// <summary>The parts of <c>host.json</c> this host honours.</summary>
public sealed record HostJson
{
    private const string OverridePrefix = "AzureFunctionsJobHost:";
    private const string Bus = "extensions:serviceBus:";

    public string RoutePrefix { get; init; } = "api";

    /// <summary>Whether the host exports its own part of each trace.</summary>
    public bool UsesOpenTelemetry { get; init; }

    /// <summary>How long one invocation may take; null is without limit.</summary>
    public TimeSpan? FunctionTimeout { get; init; }

    /// <summary>The section <c>extensions</c> in colon form; each extension binds its own part.</summary>
    public IReadOnlyDictionary<string, string?> Extensions { get; init; } = new Dictionary<string, string?>();

    /// <summary>The task hub; the extension's own default where host.json names none.</summary>
    public string HubName => Extensions.GetValueOrDefault("durableTask:hubName") ?? "TestHubName";

    public int PrefetchCount { get; init; }

    public bool AutoCompleteMessages { get; init; } = true;

    public TimeSpan MaxAutoLockRenewal { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Messages one Service Bus function works on at the same time.</summary>
    public int MaxConcurrentCalls { get; init; } = 16;

    public IReadOnlyDictionary<string, LogLevel> LogLevels { get; init; } = new Dictionary<string, LogLevel>();

    /// <exception cref="HostStartException">The file is missing, is not JSON, or holds values that are not allowed (all are named).</exception>
    /// <param name="path">The file.</param>
    /// <param name="overrides">Settings in colon form; those below <c>AzureFunctionsJobHost</c> stand above the file.</param>
    public static HostJson Read(string path, IReadOnlyDictionary<string, string?> overrides)
    {
        var json = Load(path, overrides);
        var problems = new List<string>(json["version"] == "2.0" ? [] : ["version must be \"2.0\""]);
        var fallback = new HostJson();
        var host = new HostJson
        {
            RoutePrefix = (json["extensions:http:routePrefix"] ?? fallback.RoutePrefix).Trim('/'),
            UsesOpenTelemetry = "OpenTelemetry".Equals(json["telemetryMode"], StringComparison.OrdinalIgnoreCase),
            FunctionTimeout = Duration("functionTimeout"),
            Extensions = json.GetSection("extensions").AsEnumerable(makePathsRelative: true).Where(static s => s.Value is not null)
                .ToDictionary(StringComparer.OrdinalIgnoreCase),
            PrefetchCount = Value($"{Bus}prefetchCount", fallback.PrefetchCount, "a whole number from 0 on", static n => n >= 0),
            AutoCompleteMessages = Value($"{Bus}autoCompleteMessages", fallback.AutoCompleteMessages, "true or false", static _ => true),
            MaxAutoLockRenewal = Duration($"{Bus}maxAutoLockRenewalDuration") ?? fallback.MaxAutoLockRenewal,
            MaxConcurrentCalls = Value($"{Bus}maxConcurrentCalls", fallback.MaxConcurrentCalls, "a whole number from 1 on", static n => n >= 1),
            LogLevels = json.GetSection("logging:logLevel").GetChildren().ToDictionary(
                static level => level.Key,
                level => Value(level.Path, LogLevel.Information, string.Join(", ", Enum.GetNames<LogLevel>()), Enum.IsDefined)),
        };
        return problems.Count == 0 ? host : throw new HostStartException($"{path} cannot be used", problems);

        TimeSpan? Duration(string key) => json[key] == "-1" ? null : Value<TimeSpan?>(key, null, "a duration hh:mm:ss", static d => d > TimeSpan.Zero);

        T Value<T>(string key, T fallback, string allowed, Func<T, bool> isAllowed)
        {
            var section = json.GetSection(key);
            try
            {
                if (!section.Exists())
                {
                    return fallback;
                }

                if (section.Value is not null && section.Get<T>() is { } value && isAllowed(value))
                {
                    return value;
                }
            }
            catch (InvalidOperationException)
            {
                // The text is none of that type.
            }

            problems.Add($"{key.Replace(':', '.')} is \"{section.Value}\"; allowed: {allowed}");
            return fallback;
        }
    }

    private static IConfigurationRoot Load(string path, IReadOnlyDictionary<string, string?> overrides)
    {
        if (!File.Exists(path))
        {
            throw new HostStartException($"There is no host.json at {path}.");
        }

        try
        {
            return new ConfigurationBuilder()
                .AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false)
                .AddInMemoryCollection(overrides
                    .Where(static s => s.Key.StartsWith(OverridePrefix, StringComparison.OrdinalIgnoreCase))
                    .Select(static s => KeyValuePair.Create(s.Key[OverridePrefix.Length..], s.Value)))
                .Build();
        }
        catch (InvalidDataException e)
        {
            throw new HostStartException($"{path} is not valid JSON: {e.InnerException?.InnerException?.Message ?? e.InnerException?.Message}", e);
        }
    }
}
