using System.Reflection;
using Microsoft.Azure.Functions.Worker.Middleware;

namespace Penalties.Access;

/// <summary>
/// Lets an HTTP request through when its function's rule allows the caller: 401 without a valid token, 403 without a role, 503 while the identity
/// provider is away. A function without a rule is closed. Other triggers are the platform's own and pass.
/// </summary>
public sealed partial class CallerAccess(BearerTokens tokens, ILogger<CallerAccess> log) : IFunctionsWorkerMiddleware
{
    private const string Scheme = "Bearer ";

    private static readonly Dictionary<string, AccessAttribute> Rules = typeof(CallerAccess).Assembly.GetTypes()
        .SelectMany(type => type.GetMethods())
        .Select(method => (Function: method.GetCustomAttribute<FunctionAttribute>()?.Name, Rule: method.GetCustomAttribute<AccessAttribute>()))
        .Where(one => one is { Function: not null, Rule: not null })
        .ToDictionary(one => one.Function!, one => one.Rule!, StringComparer.OrdinalIgnoreCase);

    public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
    {
        if (context.GetHttpContext() is not { } http)
        {
            await next(context);
            return;
        }

        var function = context.FunctionDefinition.Name;
        if (await Refusal(function, http) is { } refusal)
        {
            LogRefused(log, function, refusal.Code);
            http.Response.StatusCode = refusal.Status;
            if (refusal.Status == StatusCodes.Status401Unauthorized)
            {
                http.Response.Headers.WWWAuthenticate = Scheme.Trim();
            }

            await http.Response.WriteAsJsonAsync(
                (ProblemDetails)Problem.Result(refusal.Status, refusal.Code, refusal.Detail).Value!, options: null, Problem.MediaType, http.RequestAborted);
            return;
        }

        await next(context);
    }

    private async Task<(int Status, string Code, string Detail)?> Refusal(string function, HttpContext http)
    {
        if (!Rules.TryGetValue(function, out var rule))
        {
            return (403, "access_undefined", "This route has no rule of who may call it, so nobody may.");
        }

        if (rule is not AllowedAttribute { Roles: var allowed })
        {
            return null;
        }

        if (http.Request.Headers.Authorization.ToString() is not { Length: > 0 } header || !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return (401, "token_missing", "A bearer token of the configured identity provider is required.");
        }

        Caller? caller;
        try
        {
            caller = await tokens.Read(header[Scheme.Length..].Trim());
        }
        catch (InvalidOperationException fault)
        {
            LogProviderAway(log, fault.GetBaseException().GetType().Name);
            http.Response.Headers.RetryAfter = "15";
            return (503, "identity_provider_unavailable", "The identity provider does not answer. Send the same request again.");
        }

        if (caller is null)
        {
            return (401, "token_invalid", "The bearer token is not valid here: its signature, issuer, audience, lifetime, or the person it names.");
        }

        if ((caller.Roles & allowed) == Role.None)
        {
            return (403, "role_missing", $"One of these roles is required: {RoleNames.Of(allowed)}.");
        }

        http.Items[typeof(Caller)] = caller;
        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request to {Function} was refused: {Code}")]
    private static partial void LogRefused(ILogger log, string function, string code);

    [LoggerMessage(Level = LogLevel.Error, Message = "The identity provider's keys cannot be fetched ({Fault})")]
    private static partial void LogProviderAway(ILogger log, string fault);
}

/// <summary>The caller of a request that was let through.</summary>
internal static class CallerOfRequest
{
    /// <exception cref="InvalidOperationException">The route is open to callers without a token.</exception>
    public static Caller Caller(this HttpRequest request) => request.HttpContext.Items[typeof(Caller)] as Caller
        ?? throw new InvalidOperationException("This request has no caller; its route asks for none.");
}
