namespace Penalties.Access;

/// <summary>What the OpenAPI document tells of a route beyond its trigger. A type's static <c>Example</c> is its example there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ApiAttribute(string summary) : Attribute
{
    public string Summary { get; } = summary;

    /// <summary>What the body holds; null without one.</summary>
    public Type? Body { get; init; }

    /// <summary>What a 200 holds; null for nothing in particular.</summary>
    public Type? Answer { get; init; }

    /// <summary>What a 202 holds; null where the route never answers one.</summary>
    public Type? Accepted { get; init; }

    /// <summary>The content type of a 200 that is not JSON.</summary>
    public string AnswerType { get; init; } = "application/json";

    /// <summary>A body that is not valid is taken all the same, and kept.</summary>
    public bool TakesWhatIsInvalid { get; init; }

    /// <summary>Codes of the refusals, each with its status, such as "409 invalid_transition"; those every route has are left out.</summary>
    public string[] Refusals { get; init; } = [];
}

/// <summary>A query parameter of a route.</summary>
/// <param name="name">As it stands in the URL.</param>
/// <param name="says">What it narrows or asks for, with the allowed values.</param>
[AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
public sealed class QueryAttribute(string name, string says) : Attribute
{
    public string Name { get; } = name;

    public string Says { get; } = says;

    /// <summary>The values there are, where they can be listed.</summary>
    public Type? Values { get; init; }

    public bool Required { get; init; }
}
