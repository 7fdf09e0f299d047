using System.Text.Json.Nodes;
using FunctionsHosting.Worker.Rpc;
using Google.Protobuf;
using Microsoft.AspNetCore.Http.Extensions;

namespace FunctionsHosting.Http;

/// <summary>
/// Serves apps without ASP.NET Core integration (HttpRequestData, HttpResponseData): request and answer are messages of the worker's stream.
/// </summary>
internal static class HttpOverStream
{
    /// <summary>Headers that say how a body travels on a connection, which is ours and not the function's.</summary>
    private static readonly HashSet<string> OfTheConnection =
        new(["content-length", "transfer-encoding", "connection", "keep-alive", "upgrade"], StringComparer.OrdinalIgnoreCase);

    /// <param name="binding">Query and route values, by which parameters are bound; members of a JSON body come below them.</param>
    public static async Task Serve(
        HttpContext context, FunctionInvoker invoker, string function, Dictionary<string, TypedData> binding, CancellationToken cancellation)
    {
        var body = await ByteString.FromStreamAsync(context.Request.Body, cancellation);
        foreach (var (name, value) in Members(context.Request, body))
        {
            binding.TryAdd(name, value);
        }

        var response = await invoker.Invoke(function, new() { Http = Message(context.Request, body) }, binding, cancellation: cancellation);
        var http = response.ReturnValue?.Http ?? response.OutputData.FirstOrDefault(static output => output.Data?.Http is not null)?.Data.Http;
        await (http is not null ? Write(context.Response, http, cancellation) : Write(context.Response, response.ReturnValue, cancellation));
    }

    private static RpcHttp Message(HttpRequest request, ByteString body)
    {
        var message = new RpcHttp { Method = request.Method, Url = request.GetEncodedUrl() };
        if (!body.IsEmpty)
        {
            message.Body = new() { Bytes = body };
        }

        foreach (var (name, values) in request.Headers)
        {
            message.NullableHeaders[name.ToLowerInvariant()] = new() { Value = values.ToString() };
        }

        foreach (var (name, values) in request.Query)
        {
            message.NullableQuery[name] = new() { Value = values.ToString() };
        }

        foreach (var (name, value) in request.RouteValues)
        {
            message.NullableParams[name] = new() { Value = value?.ToString() ?? "" };
        }

        return message;
    }

    private static IEnumerable<(string Name, TypedData Value)> Members(HttpRequest request, ByteString body)
    {
        if (!request.HasJsonContentType() || body.IsEmpty)
        {
            return [];
        }

        try
        {
            return JsonNode.Parse(body.Span) is not JsonObject members ? []
                : [.. members.Where(static member => member.Value is not null).Select(static member => (member.Key, Value(member.Value!)))];
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return []; // not JSON, or a member twice: the function's to refuse
        }
    }

    private static TypedData Value(JsonNode value) =>
        value is JsonValue text && text.TryGetValue(out string? plain) ? new() { String = plain } : new() { Json = value.ToJsonString() };

    private static async Task Write(HttpResponse response, RpcHttp http, CancellationToken cancellation)
    {
        response.StatusCode = int.TryParse(http.StatusCode, NumberStyles.None, CultureInfo.InvariantCulture, out var status) ? status : StatusCodes.Status200OK;
        foreach (var (name, value) in http.Headers.Where(static header => !OfTheConnection.Contains(header.Key)))
        {
            response.Headers[name] = value;
        }

        foreach (var cookie in http.Cookies)
        {
            response.Cookies.Append(cookie.Name, cookie.Value, new()
            {
                Domain = cookie.Domain?.Value,
                Path = cookie.Path?.Value ?? "/",
                Expires = cookie.Expires?.ToDateTimeOffset(),
                Secure = cookie.Secure?.Value ?? false,
                HttpOnly = cookie.HttpOnly?.Value ?? false,
                MaxAge = cookie.MaxAge is { } seconds ? TimeSpan.FromSeconds(seconds.Value) : null,
                SameSite = cookie.SameSite switch { 1 => SameSiteMode.Lax, 2 => SameSiteMode.Strict, 3 => SameSiteMode.None, _ => SameSiteMode.Unspecified },
            });
        }

        await Write(response, Bytes(http.Body), cancellation);
    }

    /// <summary>Answers like 204 have no body, and may not even be given an empty one.</summary>
    private static ValueTask Write(HttpResponse response, ReadOnlyMemory<byte> body, CancellationToken cancellation) =>
        body.IsEmpty || response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified
            ? ValueTask.CompletedTask
            : response.Body.WriteAsync(body, cancellation);

    /// <summary>A function that returns something else than an answer.</summary>
    private static async Task Write(HttpResponse response, TypedData? returned, CancellationToken cancellation)
    {
        var bytes = Bytes(returned);
        response.StatusCode = returned is null || returned.DataCase is TypedData.DataOneofCase.None ? StatusCodes.Status204NoContent : StatusCodes.Status200OK;
        response.ContentType = returned?.DataCase switch
        {
            TypedData.DataOneofCase.Json => "application/json; charset=utf-8",
            TypedData.DataOneofCase.String => "text/plain; charset=utf-8",
            _ => null,
        };
        await Write(response, bytes, cancellation);
    }

    private static ReadOnlyMemory<byte> Bytes(TypedData? data) => data?.DataCase switch
    {
        TypedData.DataOneofCase.Bytes => data.Bytes.Memory,
        TypedData.DataOneofCase.Stream => data.Stream.Memory,
        TypedData.DataOneofCase.Json => ByteString.CopyFromUtf8(data.Json).Memory,
        TypedData.DataOneofCase.String => ByteString.CopyFromUtf8(data.String).Memory,
        _ => default,
    };
}
