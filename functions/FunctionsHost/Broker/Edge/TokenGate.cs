using System.Globalization;
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
    public string? Put(object? token)
    {
        if (!requireKey)
        {
            return null;
        }

        var fields = token is string text && text.StartsWith(Scheme, StringComparison.Ordinal) ? Fields(text[Scheme.Length..]) : [];
        if (!fields.TryGetValue("sr", out var resource) || !fields.TryGetValue("se", out var expiry) || !IsSigned(fields, resource, expiry))
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

    private static bool IsSigned(Dictionary<string, string> fields, string resource, string expiry)
    {
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"{resource}\n{expiry}"));
        return fields.GetValueOrDefault("skn") == KeyName && Uri.UnescapeDataString(fields.GetValueOrDefault("sig", "")) == Convert.ToBase64String(signature);
    }

    private static Dictionary<string, string> Fields(string token)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in token.Split('&'))
        {
            if (field.Split('=', 2) is [var name, var value])
            {
                fields[name] = value;
            }
        }

        return fields;
    }
}
