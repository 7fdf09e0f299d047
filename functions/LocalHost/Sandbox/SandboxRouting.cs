namespace LocalHost.Sandbox;

/// <summary>
/// Routes without parameter binding: binding compiles every route's delegate when the server gets its first request, which costs more
/// than all the rest of a server's start, and tests start a sandbox each.
/// </summary>
internal static class SandboxRouting
{
    private const string AnyMethod = "*";

    public static void Get(this IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task<IResult>> answer) =>
        On(routes, HttpMethods.Get, pattern, answer);

    public static void Post(this IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task<IResult>> answer) =>
        On(routes, HttpMethods.Post, pattern, answer);

    public static void Put(this IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task<IResult>> answer) =>
        On(routes, HttpMethods.Put, pattern, answer);

    public static void Delete(this IEndpointRouteBuilder routes, string pattern, Func<HttpContext, Task<IResult>> answer) =>
        On(routes, HttpMethods.Delete, pattern, answer);

    /// <summary>Whatever no other route of the prefix takes.</summary>
    public static void Rest(this IEndpointRouteBuilder routes, string prefix, Func<HttpContext, Task<IResult>> answer) =>
        On(routes, AnyMethod, prefix + "/{**rest}", answer);

    public static string Part(this HttpContext http, string name) =>
        http.Request.RouteValues[name] as string ?? throw new InvalidOperationException($"the route has no part '{name}'");

    /// <summary>A part the route constrains to <c>long</c>.</summary>
    public static long Id(this HttpContext http, string name = "id") => long.Parse(http.Part(name), CultureInfo.InvariantCulture);

    /// <summary>A query value, or null when it is not there.</summary>
    /// <exception cref="BadHttpRequestException">It is no <typeparamref name="T"/>.</exception>
    public static T? Query<T>(this HttpContext http, string name)
        where T : struct, ISpanParsable<T>
    {
        var text = http.Request.Query[name].ToString();
        if (text.Length == 0)
        {
            return null;
        }

        return T.TryParse(text, CultureInfo.InvariantCulture, out var value)
            ? value
            : throw new BadHttpRequestException($"query '{name}' is not a valid {typeof(T).Name}: {text}");
    }

    /// <summary>What the sandbox is told: the body of a control route.</summary>
    /// <exception cref="BadHttpRequestException">It is not what the route takes.</exception>
    public static async Task<T> Told<T>(this HttpContext http)
        where T : class
    {
        try
        {
            return await JsonSerializer.DeserializeAsync<T>(http.Request.Body, SandboxJson.Camel, http.RequestAborted)
                ?? throw new BadHttpRequestException("the body is null");
        }
        catch (JsonException invalid)
        {
            throw new BadHttpRequestException($"the body is no {typeof(T).Name}: {invalid.Message}", invalid);
        }
    }

    /// <inheritdoc cref="Told{T}(HttpContext)"/>
    public static T Told<T>(this JsonDocument body)
        where T : class
    {
        try
        {
            return body.Deserialize<T>(SandboxJson.Camel) ?? throw new BadHttpRequestException("the body is null");
        }
        catch (JsonException invalid)
        {
            throw new BadHttpRequestException($"the body is no {typeof(T).Name}: {invalid.Message}", invalid);
        }
    }

    /// <summary>The answer of a control route.</summary>
    public static IResult Json(object body) => Results.Json(body, SandboxJson.Camel);

    private static void On(IEndpointRouteBuilder routes, string method, string pattern, Func<HttpContext, Task<IResult>> answer)
    {
        RequestDelegate execute = async http => await (await answer(http)).ExecuteAsync(http);
        if (method == AnyMethod)
        {
            routes.Map(pattern, execute);
        }
        else
        {
            routes.MapMethods(pattern, [method], execute);
        }
    }
}
