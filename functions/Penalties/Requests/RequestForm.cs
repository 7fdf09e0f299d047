using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace Penalties.Requests;

/// <summary>Reads the small JSON bodies of our own routes.</summary>
internal static class RequestForm
{
    private const int MaxBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <returns>The body, or the answer to a body that is too long or not JSON of this form.</returns>
    public static async Task<(T? Form, IActionResult? Bad)> Read<T>(HttpRequest request, CancellationToken cancellation)
        where T : class
    {
        if (request.ContentLength is > MaxBytes)
        {
            return (null, Problem.Result(413, "body_too_large", $"A body may have {MaxBytes} bytes."));
        }

        try
        {
            return await JsonSerializer.DeserializeAsync<T>(request.Body, Json, cancellation) is { } form
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
        value is { Length: > 0 and <= 100 } && !string.IsNullOrWhiteSpace(value) ? [] : [$"{field}: the id of the person is required, at most 100 characters."];
}
