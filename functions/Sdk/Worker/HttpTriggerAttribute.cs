using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Who may call an HTTP function.</summary>
public enum AuthorizationLevel
{
    /// <summary>Everybody.</summary>
    Anonymous = 0,

    /// <summary>A signed-in user.</summary>
    User = 1,

    /// <summary>Whoever holds a function key.</summary>
    Function = 2,

    /// <summary>Whoever holds a system key.</summary>
    System = 3,

    /// <summary>Whoever holds the master key.</summary>
    Admin = 4,
}

/// <summary>Runs the function for an HTTP request.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class HttpTriggerAttribute : TriggerBindingAttribute
{
    public HttpTriggerAttribute()
        : this(AuthorizationLevel.Function)
    {
    }

    public HttpTriggerAttribute(params string[] methods)
        : this(AuthorizationLevel.Function, methods)
    {
    }

    public HttpTriggerAttribute(AuthorizationLevel authLevel)
    {
        AuthLevel = authLevel;
    }

    public HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods)
    {
        AuthLevel = authLevel;
        Methods = methods;
    }

    /// <summary>Route template below the route prefix; the function's name when null.</summary>
    public string? Route { get; set; }

    /// <summary>HTTP methods served; every method when null or empty.</summary>
    public string[]? Methods { get; }

    public AuthorizationLevel AuthLevel { get; }
}
