using System.Text.RegularExpressions;
using Azure;
using Newtonsoft.Json;

namespace FunctionsHosting.Durable;

/// <summary>Says in the extension's own words, and with the name of the setting, why it does not start.</summary>
internal static partial class StartErrors
{
    private const string Prefix = "durableTask:";
    private const string Section = "extensions.durableTask";

    /// <param name="error">What was thrown while the engine started.</param>
    /// <param name="extensions">host.json's section, in colon form.</param>
    /// <param name="connection">Name of the setting with the storage.</param>
    /// <param name="address">Where that storage is.</param>
    public static HostStartException Of(Exception error, IReadOnlyDictionary<string, string?> extensions, string connection, string address)
    {
        var chain = Chain(error).ToList();
        if (chain.OfType<HostStartException>().FirstOrDefault() is { } told)
        {
            return told;
        }

        if (chain.OfType<RequestFailedException>().FirstOrDefault() is { } refused)
        {
            return new($"The storage {address} (setting {connection}) cannot be used: {Reason(refused)}", error);
        }

        if (chain.Any(static e => e is TimeoutException or OperationCanceledException))
        {
            return new($"The storage {address} (setting {connection}) did not answer in time. Is it running, and can it be reached?", error);
        }

        var cause = chain.Find(static e => e is JsonException or ArgumentException or InvalidOperationException or FormatException) ?? chain[^1];
        return cause switch
        {
            FormatException when chain.Count == 1 => new($"The setting {connection} is no connection string: {cause.Message}", error),
            JsonReaderException { Path: { Length: > 0 } path } => Refused($"{Section}.storageProvider.{path}", cause.Message, error),
            JsonSerializationException { Path: { Length: > 0 } path } => Refused($"{Section}.storageProvider.{path}", cause.Message, error),
            _ when BoundTo().Match(cause.Message) is { Success: true } bound => Refused(Dotted(bound.Groups["path"].Value), cause.Message, error),
            _ => Refused(Named(cause.Message, extensions) ?? Section, cause.Message, error),
        };
    }

    private static HostStartException Refused(string setting, string message, Exception error) => new($"{setting} is refused: {FirstLine(message)}", error);

    private static IEnumerable<Exception> Chain(Exception error) => error switch
    {
        AggregateException many => many.InnerExceptions.SelectMany(Chain),
        { InnerException: { } inner } => Chain(inner).Prepend(error),
        _ => [error],
    };

    /// <summary>The option whose name stands in the text, else the one whose value does.</summary>
    private static string? Named(string message, IReadOnlyDictionary<string, string?> extensions)
    {
        var options = extensions.Where(static o => o.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).ToList();
        var found = options.Find(o => Regex.IsMatch(message, $@"\b{Regex.Escape(Last(o.Key))}\b", RegexOptions.IgnoreCase)).Key
            ?? options.Find(o => message.Contains($"'{o.Value}'", StringComparison.Ordinal)).Key;
        return found is null ? null : Dotted(found);
    }

    private static string Last(string key) => key[(key.LastIndexOf(':') + 1)..];

    /// <summary><c>DurableTask:HubName</c> as it is written in host.json: <c>extensions.durableTask.hubName</c>.</summary>
    private static string Dotted(string key) =>
        $"extensions.{string.Join('.', key.Split(':').Select(static part => part.Length == 0 ? part : char.ToLowerInvariant(part[0]) + part[1..]))}";

    /// <summary>"Service request failed." says less than the second line's status.</summary>
    private static string Reason(RequestFailedException refused)
    {
        var status = refused.Message.Split('\n').FirstOrDefault(static line => line.StartsWith("Status: ", StringComparison.Ordinal));
        return status?.TrimEnd() ?? FirstLine(refused.Message);
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].TrimEnd();

    [GeneratedRegex("'AzureWebJobs:extensions:(?<path>[^']+)'", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BoundTo();
}
