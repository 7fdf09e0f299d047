using System.Text.Json;
using FunctionsHosting.Worker.Rpc;

namespace FunctionsHosting.Worker;

/// <summary>One of an app's functions, as its worker describes it.</summary>
/// <param name="Name">Unique in the app, ignoring case.</param>
/// <param name="Metadata">Echoed to the worker when the function is loaded.</param>
/// <param name="Bindings">The trigger and whatever else is put in or taken out.</param>
internal sealed record FunctionDefinition(string Name, FunctionMetadata Metadata, IReadOnlyList<FunctionBinding> Bindings)
{
    private const string TriggerSuffix = "Trigger";

    /// <summary>The one binding that makes the function run; null where the worker names none.</summary>
    public FunctionBinding? Trigger => Bindings.FirstOrDefault(static b => b.Type.EndsWith(TriggerSuffix, StringComparison.OrdinalIgnoreCase));

    public static FunctionDefinition Of(FunctionMetadata metadata) => new(
        metadata.Name,
        metadata,
        [.. metadata.RawBindings.Select(static raw => new FunctionBinding(JsonDocument.Parse(raw).RootElement))]);
}

/// <summary>A binding as functions.metadata has it: name, type, direction, and what belongs to its type.</summary>
internal sealed record FunctionBinding(JsonElement Json)
{
    /// <summary>The parameter's name.</summary>
    public string Name { get; } = TextOf(Json, "name") ?? "";

    /// <summary>For example httpTrigger; types are compared ignoring case.</summary>
    public string Type { get; } = TextOf(Json, "type") ?? "";

    public bool IsOutput { get; } = string.Equals(TextOf(Json, "direction"), "out", StringComparison.OrdinalIgnoreCase);

    /// <summary>The worker converts what is sent whole, instead of its text.</summary>
    public bool IsDeferred { get; } = Member(Json, "properties") is { ValueKind: JsonValueKind.Object } properties
        && string.Equals(Member(properties, "supportsDeferredBinding")?.ToString(), "true", StringComparison.OrdinalIgnoreCase);

    public bool Is(string type) => Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>A member's text, or null where it is absent or no text.</summary>
    public string? Text(string member) => TextOf(Json, member);

    public bool Flag(string member, bool fallback) => Member(Json, member) is { ValueKind: JsonValueKind.True or JsonValueKind.False } flag
        ? flag.GetBoolean()
        : fallback;

    /// <summary>A member's texts; none where it is absent.</summary>
    public IReadOnlyList<string> Texts(string member) => Member(Json, member) is { ValueKind: JsonValueKind.Array } list
        ? [.. list.EnumerateArray().Select(static text => text.GetString()!)]
        : [];

    private static string? TextOf(JsonElement json, string member) => Member(json, member) is { ValueKind: JsonValueKind.String } text
        ? text.GetString()
        : null;

    private static JsonElement? Member(JsonElement json, string name)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (member.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return member.Value;
            }
        }

        return null;
    }
}
