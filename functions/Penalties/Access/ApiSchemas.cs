using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;
using Penalties.Requests;

namespace Penalties.Access;

/// <summary>Schemas and examples of the bodies our routes take and give, read off their records.</summary>
internal static class ApiSchemas
{
    /// <summary>Name of a type's schema in the document.</summary>
    public static string NameOf(Type type) => ItemOf(type) is { } item ? $"{item.Name}List" : type.Name;

    public static IOpenApiSchema Of(Type type, OpenApiDocument document)
    {
        var json = RequestForm.Json.GetJsonSchemaAsNode(type, new() { TreatNullObliviousAsNonNullable = true }).ToJsonString();
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
