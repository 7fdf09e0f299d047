using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace LocalHost.Sandbox;

/// <summary>The sandbox's ways of writing JSON. Korean stays readable: nothing here is put into HTML unescaped.</summary>
internal static class SandboxJson
{
    /// <summary>Control routes, driver admin, Solapi and NHN: camelCase; enums in kebab-case.</summary>
    public static readonly JsonSerializerOptions Camel = Create(JsonNamingPolicy.CamelCase);

    /// <summary>Zendesk and Agit.</summary>
    public static readonly JsonSerializerOptions Snake = Create(JsonNamingPolicy.SnakeCaseLower);

    private static JsonSerializerOptions Create(JsonNamingPolicy naming)
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            PropertyNamingPolicy = naming,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
