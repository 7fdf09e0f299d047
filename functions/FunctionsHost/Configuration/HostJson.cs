using System.Globalization;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Configuration;

/// <summary>The parts of <c>host.json</c> this host honours.</summary>
public sealed record HostJson
{
    private const string OverridePrefix = "AzureFunctionsJobHost:";

    public string RoutePrefix { get; init; } = "api";

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
        if (!File.Exists(path))
        {
            throw new HostStartException($"There is no host.json at {path}.");
        }

        IConfigurationRoot json;
        try
        {
            json = new ConfigurationBuilder()
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

        var read = new HostJsonReader(json);
        var fallback = new HostJson();
        var host = new HostJson
        {
            RoutePrefix = read.Text("extensions:http:routePrefix", fallback.RoutePrefix).Trim('/'),
            FunctionTimeout = read.Duration("functionTimeout"),
            Extensions = json.GetSection("extensions").AsEnumerable(makePathsRelative: true).Where(static s => s.Value is not null)
                .ToDictionary(StringComparer.OrdinalIgnoreCase),
            PrefetchCount = read.Number("extensions:serviceBus:prefetchCount", fallback.PrefetchCount, 0),
            AutoCompleteMessages = read.Flag("extensions:serviceBus:autoCompleteMessages", fallback.AutoCompleteMessages),
            MaxAutoLockRenewal = read.Duration("extensions:serviceBus:maxAutoLockRenewalDuration") ?? fallback.MaxAutoLockRenewal,
            MaxConcurrentCalls = read.Number("extensions:serviceBus:maxConcurrentCalls", fallback.MaxConcurrentCalls, 1),
            LogLevels = read.Levels("logging:logLevel"),
        };
        if (read.Text("version", "") != "2.0")
        {
            read.Problems.Insert(0, "version must be \"2.0\"");
        }

        return read.Problems.Count == 0 ? host : throw new HostStartException($"{path} cannot be used", read.Problems);
    }

    private sealed class HostJsonReader(IConfiguration json)
    {
        public List<string> Problems { get; } = [];

        public string Text(string key, string fallback) => json[key] ?? fallback;

        public bool Flag(string key, bool fallback) =>
            json[key] is not { } text ? fallback
            : bool.TryParse(text, out var flag) ? flag
            : Refuse(key, text, "true or false", fallback);

        public int Number(string key, int fallback, int least, int most = int.MaxValue) =>
            json[key] is not { } text ? fallback
            : int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number
            : Refuse(key, text, most == int.MaxValue ? $"a whole number from {least} on" : $"a whole number from {least} to {most}", fallback);

        public TimeSpan? Duration(string key) =>
            json[key] is not { } text || text == "-1" ? null
            : TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var duration) && duration > TimeSpan.Zero ? duration
            : Refuse<TimeSpan?>(key, text, "a duration hh:mm:ss", null);

        public Dictionary<string, LogLevel> Levels(string key) => json.GetSection(key).GetChildren().ToDictionary(
            static level => level.Key,
            level => Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed)
                ? parsed
                : Refuse($"{key}:{level.Key}", level.Value ?? "", string.Join(", ", Enum.GetNames<LogLevel>()), LogLevel.Information));

        private T Refuse<T>(string key, string value, string allowed, T fallback)
        {
            Problems.Add($"{key.Replace(':', '.')} is \"{value}\"; allowed: {allowed}");
            return fallback;
        }
    }
}
