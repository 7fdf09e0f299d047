using System.Collections;
using System.Text.Json;

namespace FunctionsHosting.Configuration;

/// <summary>
/// Settings as <c>func start</c> gathers them: <c>local.settings.json</c>, over it the environment, over it what was given explicitly.
/// </summary>
public static class HostSettings
{
    /// <summary>Colon form of a key that may be written with double underscores.</summary>
    public static string Key(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.Replace("__", ":", StringComparison.Ordinal);
    }

    /// <param name="file">Path of <c>local.settings.json</c>; it need not exist.</param>
    /// <param name="explicitly">The strongest settings.</param>
    /// <exception cref="HostStartException">The file is not JSON with an object <c>Values</c> of texts.</exception>
    public static Dictionary<string, string?> Gather(string file, IReadOnlyDictionary<string, string?> explicitly)
    {
        ArgumentNullException.ThrowIfNull(explicitly);
        var settings = Normalise(File.Exists(file) ? Values(file) : []);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            settings[Key((string)variable.Key)] = (string?)variable.Value;
        }

        foreach (var (name, value) in explicitly)
        {
            settings[Key(name)] = value;
        }

        return settings;
    }

    /// <summary>A copy with keys in colon form, ignoring case.</summary>
    public static Dictionary<string, string?> Normalise(IReadOnlyDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var normal = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in settings)
        {
            normal[Key(name)] = value;
        }

        return normal;
    }

    private static Dictionary<string, string?> Values(string file)
    {
        try
        {
            using var json = JsonDocument.Parse(
                File.ReadAllBytes(file), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            return json.RootElement.TryGetProperty("Values", out var values)
                ? values.EnumerateObject().ToDictionary(static v => v.Name, static v => (string?)Text(v.Value))
                : throw new HostStartException($"{file} has no object \"Values\".");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new HostStartException($"{file} cannot be read: {e.Message}", e);
        }
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
        _ => throw new InvalidOperationException("each of its Values must be a text."),
    };
}
