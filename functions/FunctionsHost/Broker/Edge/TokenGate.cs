using System.Security.Cryptography;
using System.Text;

namespace FunctionsHosting.Broker.Edge;

/// <summary>Which entities one connection may use: all, or where a key is required, those for which it has put a token signed with the key.</summary>
internal sealed class TokenGate(bool requireKey)
{
    /// <summary>Name and key of the emulator's connection string, which is no secret: what is required is that a client has the right one.</summary>
    public const string KeyName = "RootManageSharedAccessKey";
    public const string Key = "SAS_KEY_VALUE";

    private const string Scheme = "SharedAccessSignature ";
    private readonly List<string> _scopes = [];

    /// <summary>Takes a token; what is wrong with it in Azure's words, or null.</summary>
    public string? Put(string token)
    {
        if (!requireKey)
        {
            return null;
        }

        var fields = token[(token.StartsWith(Scheme, StringComparison.Ordinal) ? Scheme.Length : token.Length)..].Split('&')
            .Select(static f => f.Split('=', 2)).ToLookup(static f => f[0], static f => f[^1]);
        var (resource, expiry) = (fields["sr"].FirstOrDefault(""), fields["se"].FirstOrDefault(""));
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"{resource}\n{expiry}"));
        if (fields["skn"].FirstOrDefault() != KeyName || Uri.UnescapeDataString(fields["sig"].FirstOrDefault("")) != Convert.ToBase64String(signature))
        {
            return "InvalidSignature: The token has an invalid signature.";
        }

        if (!long.TryParse(expiry, CultureInfo.InvariantCulture, out var seconds) || seconds <= TimeProvider.System.GetUtcNow().ToUnixTimeSeconds())
        {
            return "ExpiredToken: The token is expired.";
        }

        _scopes.Add(Path(Uri.UnescapeDataString(resource)));
        return null;
    }

    public bool Allows(string entity) =>
        !requireKey || _scopes.Exists(s => s.Length == 0 || $"{entity}/".StartsWith($"{s}/", StringComparison.OrdinalIgnoreCase));

    /// <summary>The path of an audience such as <c>sb://host:5672/queue</c>.</summary>
    public static string Path(string audience) =>
        (Uri.TryCreate(audience, UriKind.Absolute, out var uri) ? Uri.UnescapeDataString(uri.AbsolutePath) : audience).Trim('/');
}
