using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using YamlDotNet.Serialization;

namespace Sandbox.Tests.Contracts;

/// <summary>An OpenAPI 3.1 document as a judge: tells what of a request and its answer it does not allow.</summary>
internal sealed class OpenApiContract
{
    private readonly JsonNode _document;

    private OpenApiContract(JsonNode document) => _document = document;

    public static OpenApiContract Read(string file)
    {
        using var yaml = File.OpenText(file);
        var read = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().Build().Deserialize(yaml);
        return new(JsonNode.Parse(new SerializerBuilder().JsonCompatible().Build().Serialize(read))!);
    }

    /// <summary>"METHOD /path/{template}" of every operation.</summary>
    public IReadOnlyList<string> Operations => [.. Paths.SelectMany(path => Methods(path.Value!).Select(method => $"{method.Key.ToUpperInvariant()} {path.Key}"))];

    /// <returns>The operation, and everything that is not as the contract says.</returns>
    public (string Operation, IReadOnlyList<string> Problems) Judge(
        HttpMethod method, string path, JsonNode? request, int status, string? mediaType, JsonNode? answer)
    {
        var (template, item) = Paths.Select(one => (one.Key, one.Value!)).FirstOrDefault(one => Matches(one.Key, path));
        if (item?[method.Method.ToLowerInvariant()] is not { } operation)
        {
            return ($"{method} {path}", [$"{method} {path} is no operation of the contract."]);
        }

        var name = $"{method} {template}";
        var problems = new List<string>();
        if (operation["requestBody"] is { } body)
        {
            problems.AddRange(Violations(body["content"]!["application/json"]!["schema"]!, request).Select(one => $"{name}, request: {one}"));
        }
        else if (request is not null)
        {
            problems.Add($"{name}: the contract has no request body.");
        }

        if (Resolve(operation["responses"]![$"{status}"]) is not { } response)
        {
            problems.Add($"{name}: {status} is no answer of the contract.");
        }
        else if (response["content"]?.AsObject() is { } content)
        {
            problems.AddRange(content[mediaType ?? ""] is { } media
                ? Violations(media["schema"]!, answer).Select(one => $"{name}, {status}: {one}")
                : [$"{name}, {status}: '{mediaType}' is none of {string.Join(", ", content.Select(one => one.Key))}."]);
        }
        else if (answer is not null)
        {
            problems.Add($"{name}, {status}: the contract has no body.");
        }

        return (name, problems);
    }

    /// <summary>What a named schema says of a value.</summary>
    public IReadOnlyList<string> Violations(string schema, JsonNode? value) => Violations(new JsonObject { ["$ref"] = $"#/components/schemas/{schema}" }, value);

    private JsonObject Paths => _document["paths"]!.AsObject();

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Methods(JsonNode item) =>
        item.AsObject().Where(member => member.Key is "get" or "put" or "post" or "delete" or "patch");

    private IReadOnlyList<string> Violations(JsonNode schema, JsonNode? value)
    {
        // JSON Schema knows its definitions by another name than OpenAPI.
        var whole = schema.DeepClone().AsObject();
        whole["$defs"] = _document["components"]!["schemas"]!.DeepClone();
        var text = whole.ToJsonString().Replace("#/components/schemas/", "#/$defs/", StringComparison.Ordinal);
        var result = JsonSchema.FromText(text).Evaluate(
            JsonSerializer.SerializeToElement(value), new EvaluationOptions { OutputFormat = OutputFormat.List, RequireFormatValidation = true });
        return result.IsValid
            ? []
            : [.. (result.Details ?? []).Where(detail => detail.Errors is not null).SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation} {error.Value}"))
                .DefaultIfEmpty("not valid")];
    }

    private JsonNode? Resolve(JsonNode? node) => (string?)node?["$ref"] is { } reference
        ? reference.TrimStart('#', '/').Split('/').Aggregate<string, JsonNode?>(_document, (at, step) => at?[step])
        : node;

    private static bool Matches(string template, string path)
    {
        var (wanted, given) = (template.Split('/'), path.Split('/'));
        return wanted.Length == given.Length && wanted.Zip(given).All(pair => pair.First.StartsWith('{') || pair.First == pair.Second);
    }
}
