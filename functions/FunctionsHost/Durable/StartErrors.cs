using System.Text.RegularExpressions;
using Azure;
using Newtonsoft.Json;
using JsonException = Newtonsoft.Json.JsonException;

namespace FunctionsHosting.Durable;

/// <summary>Says in the extension's own words, and with the name of the setting, why it does not start.</summary>
internal static partial class StartErrors
{
    private const string Section = "extensions.durableTask";

    /// <param name="error">What was thrown while the engine started.</param>
    /// <param name="extensions">host.json's section, in colon form.</param>
    /// <param name="connection">Name of the setting with the storage.</param>
    /// <param name="address">Where that storage is.</param>
    public static HostStartException Of(Exception error, IReadOnlyDictionary<string, string?> extensions, string connection, string address)
    {
        List<Exception> chain = [.. Chain(error)];
        var cause = chain.Find(static e => e is HostStartException) ?? chain.Find(static e => e is RequestFailedException)
            ?? chain.Find(static e => e is TimeoutException or OperationCanceledException)
            ?? chain.Find(static e => e is JsonException or ArgumentException or InvalidOperationException or FormatException) ?? chain[^1];
        var path = (cause as JsonReaderException)?.Path ?? (cause as JsonSerializationException)?.Path;
        return cause switch
        {
            HostStartException told => told,
            RequestFailedException refused => new($"The storage {address} (setting {connection}) cannot be used: {Reason(refused)}", error),
            TimeoutException or OperationCanceledException =>
                new($"The storage {address} (setting {connection}) did not answer in time. Is it running, and can it be reached?", error),
            FormatException when chain.Count == 1 => new($"The setting {connection} is no connection string: {cause.Message}", error),
            _ => new($"{Setting(cause.Message, path, extensions)} is refused: {FirstLine(cause.Message)}", error),
        };
    }

    private static IEnumerable<Exception> Chain(Exception error) => error switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Chain),
        { InnerException: { } inner } => Chain(inner).Prepend(error),
        _ => [error],
    };

    /// <summary>The option the error names; else the one whose name stands in its text, else the one whose value does.</summary>
    private static string Setting(string message, string? path, IReadOnlyDictionary<string, string?> extensions)
    {
        if (!string.IsNullOrEmpty(path))
        {
            return $"{Section}.storageProvider.{path}";
        }

        var bound = BoundTo().Match(message);
        var options = extensions.Where(static o => o.Key.StartsWith("durableTask:", StringComparison.OrdinalIgnoreCase)).ToList();
        var found = bound.Success ? bound.Groups["path"].Value
            : options.Find(o => Regex.IsMatch(message, $@"\b{Regex.Escape(o.Key.Split(':')[^1])}\b", RegexOptions.IgnoreCase)).Key
            ?? options.Find(o => message.Contains($"'{o.Value}'", StringComparison.Ordinal)).Key;
        return found is null ? Section : $"extensions.{string.Join('.', found.Split(':').Select(JsonName))}";
    }

    /// <summary>As it is written in host.json.</summary>
    private static string JsonName(string part) => part.Length == 0 ? part : char.ToLowerInvariant(part[0]) + part[1..];

    /// <summary>"Service request failed." says less than the second line's status.</summary>
    private static string Reason(RequestFailedException refused) =>
        refused.Message.Split('\n').FirstOrDefault(static line => line.StartsWith("Status: ", StringComparison.Ordinal))?.TrimEnd() ?? FirstLine(refused.Message);

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();

    [GeneratedRegex("'AzureWebJobs:extensions:(?<path>[^']+)'", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BoundTo();
}
