namespace LocalHost.Sandbox.DriverAdmin;

/// <summary>Tells the product of an outcome, signed as Standard Webhooks are.</summary>
internal static class OutcomePush
{
    private const string SecretPrefix = "whsec_";

    public static string NewId() => $"msg_{Guid.NewGuid():N}";

    public static bool IsSecret(string text) =>
        text.StartsWith(SecretPrefix, StringComparison.Ordinal) && Convert.TryFromBase64String(text[SecretPrefix.Length..], new byte[text.Length], out _);

    /// <param name="id">The same for every repetition of one message.</param>
    public static HttpRequestMessage Of(string target, string id, ConcludedOutcome outcome, string secret)
    {
        var body = JsonSerializer.Serialize(outcome, SandboxJson.Camel);
        var timestamp = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var push = new HttpRequestMessage(HttpMethod.Post, target) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        push.Headers.Add("webhook-id", id);
        push.Headers.Add("webhook-timestamp", timestamp);
        push.Headers.Add("webhook-signature", Sign(secret, id, timestamp, body));
        return push;
    }

    /// <summary>"v1," and the base64 of HMAC-SHA256 over "id.timestamp.body", keyed with what stands in base64 behind "whsec_".</summary>
    private static string Sign(string secret, string id, string timestamp, string body)
    {
        var key = Convert.FromBase64String(secret[SecretPrefix.Length..]);
        return "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
    }
}
