using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Penalties.Access;

/// <summary>Schemas and examples of the bodies our routes take and give, read off their records.</summary>
internal static class ApiSchemas
{
    /// <summary>Times have a converter of ours, of which a schema cannot be read off.</summary>
    private static readonly JsonSchemaExporterOptions Exporter = new()
    {
        TreatNullObliviousAsNonNullable = true,
        TransformSchemaNode = static (context, schema) => Nullable.GetUnderlyingType(context.TypeInfo.Type) == typeof(DateTimeOffset)
            ? new JsonObject { ["type"] = new JsonArray("string", "null"), ["format"] = "date-time" }
            : context.TypeInfo.Type == typeof(DateTimeOffset) ? new JsonObject { ["type"] = "string", ["format"] = "date-time" }
            : schema,
    };

    /// <summary>Name of a type's schema in the document.</summary>
    public static string NameOf(Type type) => ItemOf(type) is { } item ? $"{item.Name}List" : type.Name;

    public static IOpenApiSchema Of(Type type, OpenApiDocument document)
    {
        var json = RequestForm.Json.GetJsonSchemaAsNode(type, Exporter).ToJsonString();
        return OpenApiModelFactory.Parse<OpenApiSchema>(json, OpenApiSpecVersion.OpenApi3_1, document, out _, OpenApiConstants.Json)
            ?? throw new InvalidOperationException($"{type.Name} has no schema.");
    }

    /// <summary>The static <c>Example</c> of a type, or of a list's items; null without one.</summary>
    public static JsonNode? Example(Type type) => ItemOf(type) is { } item
        ? Example(item) is { } one ? new JsonArray(one) : null
        : type.GetProperty("Example", BindingFlags.Public | BindingFlags.Static)?.GetValue(null) is { } example
            ? JsonSerializer.SerializeToNode(example, type, RequestForm.Json)
            : null;

    private static Type? ItemOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;
}
