namespace LocalHost.Sandbox;

/// <summary>Reads a body the way a provider does: what cannot be read is an answer in the provider's words, not a fault of the sandbox.</summary>
internal static class RequestBody
{
    /// <summary>The body as <typeparamref name="T"/>, or what is wrong with it.</summary>
    public static async Task<(T? Value, string? Problem)> Read<T>(HttpContext http, JsonSerializerOptions json)
        where T : class
    {
        try
        {
            var value = await JsonSerializer.DeserializeAsync<T>(http.Request.Body, json, http.RequestAborted);
            return value is null ? (null, "the body is null") : (value, null);
        }
        catch (JsonException invalid)
        {
            return (null, $"the body is not the JSON expected, at {invalid.Path ?? "$"}");
        }
    }
}
