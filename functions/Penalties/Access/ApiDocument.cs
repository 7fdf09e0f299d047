using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace Penalties.Access;

/// <summary>The OpenAPI document of the app's routes, made of the functions themselves: their triggers, access rules and descriptions.</summary>
public sealed partial class ApiDocument(IOptions<ProductOptions> product)
{
    private const string Bearer = "bearer";
    private const string ProblemSchema = "Problem";

    private readonly Lazy<string> _json = new(() => Write(product.Value.PublicUrl));

    /// <summary>OpenAPI 3.1 as JSON.</summary>
    public string Json => _json.Value;

    /// <summary>The app's HTTP functions.</summary>
    internal static IReadOnlyList<HttpRoute> Routes() =>
    [
        .. typeof(ApiDocument).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods())
            .Where(method => method.GetCustomAttribute<FunctionAttribute>() is not null)
            .SelectMany(method => method.GetParameters().Select(parameter => (method, trigger: parameter.GetCustomAttribute<HttpTriggerAttribute>())))
            .Where(one => one.trigger is not null)
            .Select(one => new HttpRoute(one.method, one.trigger!))
            .OrderBy(route => route.Path, StringComparer.Ordinal),
    ];

    private static string Write(Uri publicUrl)
    {
        var document = new OpenApiDocument
        {
            Info = new() { Title = "Penalty requests", Version = "1", Description = "Cases of complaints about drivers, and the promises made about them." },
            Servers = [new() { Url = new Uri(publicUrl.Dir(), "api").AbsoluteUri }],
            Paths = [],
            Components = new()
            {
                Schemas = new Dictionary<string, IOpenApiSchema> { [ProblemSchema] = ProblemSchemaOf() },
                SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
                {
                    [Bearer] = new OpenApiSecurityScheme
                    {
                        Type = SecuritySchemeType.Http,
                        Scheme = Bearer,
                        BearerFormat = "JWT",
                        Description = $"A token of the configured identity provider, with one of the roles {RoleNames.Of((Role)15)}.",
                    },
                },
            },
        };

        foreach (var route in Routes())
        {
            if (!document.Paths.TryGetValue(route.Path, out var path))
            {
                document.Paths[route.Path] = path = new OpenApiPathItem();
            }

            foreach (var method in route.Methods)
            {
                ((OpenApiPathItem)path).AddOperation(HttpMethod.Parse(method), Operation(route, document));
            }
        }

        using var text = new StringWriter(CultureInfo.InvariantCulture);
        document.SerializeAsV31(new OpenApiJsonWriter(text));
        return text.ToString();
    }

    private static OpenApiOperation Operation(HttpRoute route, OpenApiDocument document)
    {
        var api = route.Api;
        var operation = new OpenApiOperation
        {
            OperationId = route.Function,
            Summary = api.Summary,
            Description = route.Access switch
            {
                AllowedAttribute allowed => $"Roles: {RoleNames.Of(allowed.Roles)}.",
                SignedBySenderAttribute => "Signed by the sender; no token.",
                OpenToAllAttribute open => $"Open: {open.Why}",
                _ => "Closed: it has no access rule.",
            },
            Parameters = [.. route.PathParameters.Select(PathParameter), .. route.Queries.Select(QueryParameter)],
            Responses = Responses(route, document),
        };
        if (api.Body is { } body)
        {
            operation.RequestBody = new OpenApiRequestBody { Required = true, Content = Content(body, "application/json", document) };
        }

        if (route.Access is AllowedAttribute)
        {
            operation.Security = [new() { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        }

        return operation;
    }

    private static OpenApiResponses Responses(HttpRoute route, OpenApiDocument document)
    {
        var responses = new OpenApiResponses
        {
            ["200"] = new OpenApiResponse
            {
                Description = "Done",
                Content = route.Api.Answer is { } answer
                    ? Content(answer, route.Api.AnswerType, document)
                    : new Dictionary<string, IOpenApiMediaType> { [route.Api.AnswerType] = new OpenApiMediaType() },
            },
        };
        if (route.Api.Accepted is { } accepted)
        {
            responses["202"] = new OpenApiResponse { Description = "Taken, under way", Content = Content(accepted, "application/json", document) };
        }

        string[] always = ["503 storage_unavailable"];
        string[] ofToken = route.Access is AllowedAttribute
            ? ["401 token_missing", "401 token_invalid", "403 role_missing", "503 identity_provider_unavailable"]
            : [];
        string[] ofBody = route.Api.Body is null ? [] : route.Api.TakesWhatIsInvalid ? ["413 body_too_large"] : ["400 invalid_request", "413 body_too_large"];
        var refusals = route.Api.Refusals.Concat(always).Concat(ofToken).Concat(ofBody).Select(refusal => refusal.Split(' ', 2));
        foreach (var status in refusals.GroupBy(parts => parts[0]).OrderBy(group => group.Key))
        {
            responses[status.Key] = new OpenApiResponse
            {
                Description = string.Join(", ", status.Select(parts => parts[1]).Distinct()),
                Content = new Dictionary<string, IOpenApiMediaType>
                {
                    [Problem.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(ProblemSchema, document) },
                },
            };
        }

        return responses;
    }

    private static Dictionary<string, IOpenApiMediaType> Content(Type type, string mediaType, OpenApiDocument document)
    {
        var name = ApiSchemas.NameOf(type);
        document.Components!.Schemas!.TryAdd(name, ApiSchemas.Of(type, document));
        return new()
        {
            [mediaType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(name, document), Example = ApiSchemas.Example(type) },
        };
    }

    private static OpenApiParameter PathParameter(string name) =>
        new() { Name = name, In = ParameterLocation.Path, Required = true, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    private static OpenApiParameter QueryParameter(QueryAttribute query) => new()
    {
        Name = query.Name,
        In = ParameterLocation.Query,
        Required = query.Required,
        Description = query.Says,
        Schema = new OpenApiSchema
        {
            Type = JsonSchemaType.String,
            Enum = query.Values is { } values ? [.. Enum.GetNames(values).Select(value => (JsonNode)value)] : null,
        },
    };

    private static OpenApiSchema ProblemSchemaOf() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "RFC 9457, with a stable code; problems names every field that is wrong.",
        Required = new HashSet<string> { "status", "code" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer },
            ["code"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
            ["problems"] = new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
        },
        Examples =
        [
            new JsonObject
            {
                ["status"] = 409,
                ["code"] = "invalid_transition",
                ["title"] = "invalid transition",
                ["detail"] = "FilingRefused is not possible while board is Posted.",
            },
        ],
    };

    [GeneratedRegex(@"\{([A-Za-z]+)[^}]*\}")]
    internal static partial Regex PathParameterPattern();
}

/// <summary>An HTTP function as the document sees it.</summary>
internal sealed class HttpRoute(MethodInfo method, HttpTriggerAttribute trigger)
{
    public string Function { get; } = method.GetCustomAttribute<FunctionAttribute>()!.Name;

    public string Path { get; } = $"/{trigger.Route}";

    public IReadOnlyList<string> Methods { get; } = trigger.Methods ?? [];

    public AccessAttribute? Access { get; } = method.GetCustomAttribute<AccessAttribute>();

    public ApiAttribute Api { get; } = method.GetCustomAttribute<ApiAttribute>() ?? new(method.Name);

    public IReadOnlyList<QueryAttribute> Queries { get; } = [.. method.GetCustomAttributes<QueryAttribute>()];

    public IEnumerable<string> PathParameters => ApiDocument.PathParameterPattern().Matches(Path).Select(match => match.Groups[1].Value);
}
