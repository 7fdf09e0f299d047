using System.Security.Cryptography;
using System.Text;

namespace FunctionsHosting.Http;

/// <summary>
/// The key of routes that are not anonymous: header <c>x-functions-key</c> or query <c>code</c>. Without a configured key every caller is let in, as
/// <c>func start</c> does.
/// </summary>
internal sealed class FunctionKeys(string? key, string setting = FunctionKeys.Setting, string name = "A function key")
{
    public const string Query = "code";
    public const string Setting = "FunctionsHost:FunctionKey";

    private readonly byte[]? _hash = key is null ? null
        : string.IsNullOrWhiteSpace(key) ? throw new HostStartException($"Setting {setting} is empty; a text is required, or leave it out.")
        : Hash(key);

    public bool Allows(HttpRequest request) => _hash is null
        || ((request.Headers["x-functions-key"].FirstOrDefault() ?? request.Query[Query].FirstOrDefault()) is { } given
            && CryptographicOperations.FixedTimeEquals(Hash(given), _hash));

    public Task Refuse(HttpContext context) => Results
        .Problem(title: $"{name} is needed", detail: "Give it as query 'code' or header 'x-functions-key'.", statusCode: StatusCodes.Status401Unauthorized)
        .ExecuteAsync(context);

    /// <summary>Hashes have one length, so that comparing takes the same time whatever was sent.</summary>
    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
