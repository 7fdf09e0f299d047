using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Penalties.Requests;

/// <summary>Reads the small JSON bodies of our own routes.</summary>
internal static class RequestForm
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <returns>The body, or the answer to a body that is too long or not JSON of this form.</returns>
    public static async Task<(T? Form, IActionResult? Bad)> Read<T>(HttpRequest request, CancellationToken cancellation)
        where T : class
    {
        if (await BoundedBody.Read(request, cancellation) is not { } body)
        {
            return (null, Problem.Result(413, "body_too_large", $"A body may have {BoundedBody.MaxBytes} bytes."));
        }

        try
        {
            return JsonSerializer.Deserialize<T>(body, Json) is { } form
                ? (form, null)
                : (null, Invalid(["body: a JSON object is required."]));
        }
        catch (JsonException fault)
        {
            return (null, Invalid([$"body: not the JSON expected at {fault.Path ?? "$"}."]));
        }
    }

    public static IActionResult Invalid(IEnumerable<string> problems) =>
        Problem.Result(400, "invalid_request", "The request is not valid; see problems.", problems);

    public static IEnumerable<string> Person(string field, string? value) =>
        value is not null && Id.IsWellFormed(value) ? [] : [$"{field}: an id of letters, digits and ._@:- is required, at most 64 characters."];
}
