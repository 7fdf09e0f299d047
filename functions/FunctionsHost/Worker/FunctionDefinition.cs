using System.Text.Json.Nodes;
using FunctionsHosting.Worker.Rpc;

namespace FunctionsHosting.Worker;

/// <summary>The binding types this host serves, as functions.metadata names them.</summary>
internal static class BindingTypes
{
    public const string Http = "httpTrigger";
    public const string Timer = "timerTrigger";
    public const string ServiceBus = "serviceBusTrigger";
    public const string Orchestration = "orchestrationTrigger";
    public const string Activity = "activityTrigger";
    public const string Entity = "entityTrigger";
    public const string DurableClient = "durableClient";

    /// <summary>The answer of an HTTP function.</summary>
    public const string HttpOutput = "http";
}

/// <summary>One of an app's functions, as its worker describes it.</summary>
/// <param name="Metadata">Echoed to the worker when the function is loaded.</param>
internal sealed record FunctionDefinition(string Name, FunctionMetadata Metadata, IReadOnlyList<FunctionBinding> Bindings)
{
    /// <summary>The one binding that makes the function run; null where the worker names none.</summary>
    public FunctionBinding? Trigger { get; } = Bindings.FirstOrDefault(static b => b.Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase));

    public static FunctionDefinition Of(FunctionMetadata metadata) =>
        new(metadata.Name, metadata, [.. metadata.RawBindings.Select(static raw => new FunctionBinding(raw))]);
}

/// <summary>A binding as functions.metadata has it: name, type, direction, and what belongs to its type. Texts are compared ignoring case.</summary>
internal sealed class FunctionBinding(string raw)
{
    private readonly JsonNode _json = JsonNode.Parse(raw, new JsonNodeOptions { PropertyNameCaseInsensitive = true })!;

    public string Name => Text("name") ?? "";
    public string Type => Text("type") ?? "";
    public bool IsOutput => "out".Equals(Text("direction"), StringComparison.OrdinalIgnoreCase);

    /// <summary>The worker converts what is sent whole, instead of its text.</summary>
    public bool IsDeferred => "true".Equals(_json["properties"]?["supportsDeferredBinding"]?.ToString(), StringComparison.OrdinalIgnoreCase);

    public bool Is(string type) => Type.Equals(type, StringComparison.OrdinalIgnoreCase);

    /// <summary>A member's text, or null where it is absent or no text.</summary>
    public string? Text(string member) => _json[member] is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public bool Flag(string member, bool fallback) => _json[member] is JsonValue value && value.TryGetValue(out bool flag) ? flag : fallback;

    /// <summary>A member's texts; none where it is absent.</summary>
    public IReadOnlyList<string> Texts(string member) => [.. (_json[member] as JsonArray ?? []).Select(static text => text!.GetValue<string>())];
}
