using System.Collections;
using System.Text.Json.Nodes;

namespace FunctionsHosting.Configuration;

/// <summary>
/// Settings as <c>func start</c> gathers them: <c>local.settings.json</c>, over it the environment, over it what was given explicitly.
/// </summary>
public static class HostSettings
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <param name="file">Path of <c>local.settings.json</c>; it need not exist.</param>
    /// <param name="explicitly">The strongest settings.</param>
    /// <exception cref="HostStartException">The file is not JSON with an object <c>Values</c> of texts.</exception>
    public static Dictionary<string, string?> Gather(string file, IReadOnlyDictionary<string, string?> explicitly)
    {
        var variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>();
        return Normalise([.. Values(file), .. variables.Select(static v => KeyValuePair.Create((string)v.Key, (string?)v.Value)), .. explicitly]);
    }

    /// <summary>A copy with keys in colon form (they may be written with double underscores), ignoring case; of two the later one counts.</summary>
    public static Dictionary<string, string?> Normalise(IEnumerable<KeyValuePair<string, string?>> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var normal = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
        {
            normal[name.Replace("__", ":", StringComparison.Ordinal)] = value;
        }

        return normal;
    }

    /// <summary>A setting that is on or off; off where there is none.</summary>
    /// <exception cref="HostStartException">It says something else.</exception>
    public static bool Flag(IReadOnlyDictionary<string, string?> settings, string name) => settings.GetValueOrDefault(name) switch
    {
        null or "" => false,
        var text => bool.TryParse(text, out var on) ? on : throw new HostStartException($"Setting {name} is \"{text}\"; allowed: true or false."),
    };

    private static IEnumerable<KeyValuePair<string, string?>> Values(string file)
    {
        try
        {
            var values = JsonNode.Parse(File.Exists(file) ? File.ReadAllText(file) : """{ "Values": {} }""", documentOptions: Lenient)?["Values"];
            return values is JsonObject all
                ? all.ToDictionary(static v => v.Key, static v => Text(v.Value))
                : throw new HostStartException($"{file} has no object \"Values\".");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HostStartException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static string? Text(JsonNode? value) => (value as JsonValue)?.ToString() ?? throw new JsonException("each of its Values must be a text.");
}
