using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Azure.Core;

namespace Functions.Sdk.Amqp;

/// <summary>What is put to $cbs for an audience.</summary>
internal sealed record CbsToken(string Type, string Value, DateTimeOffset ExpiresAt);

/// <summary>Makes tokens from what the client was given: a shared key, a ready signature, or a credential.</summary>
internal sealed class TokenSource
{
    private const string SasType = "servicebus.windows.net:sastoken";
    private const string BearerType = "jwt";
    private static readonly TimeSpan SasLife = TimeSpan.FromHours(1);
    private static readonly string[] Scopes = ["https://servicebus.azure.net/.default"];

    private readonly Func<string, CancellationToken, ValueTask<CbsToken>> _create;

    public TokenSource(ConnectionString connectionString)
    {
        _create = (audience, _) => ValueTask.FromResult(connectionString.Signature is { } ready
            ? new CbsToken(SasType, ready, DateTimeOffset.MaxValue)
            : Sign(audience, connectionString.KeyName!, connectionString.Key!));
    }

    public TokenSource(TokenCredential credential)
    {
        _create = async (_, cancellation) =>
        {
            var token = await credential.GetTokenAsync(new TokenRequestContext(Scopes), cancellation);
            return new(BearerType, token.Token, token.ExpiresOn);
        };
    }

    public ValueTask<CbsToken> Create(string audience, CancellationToken cancellation) => _create(audience, cancellation);

    private static CbsToken Sign(string audience, string keyName, string key)
    {
        var expires = TimeProvider.System.GetUtcNow() + SasLife;
        var seconds = expires.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var resource = WebUtility.UrlEncode(audience);
        var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{resource}\n{seconds}"));
        var signature = WebUtility.UrlEncode(Convert.ToBase64String(hash));
        return new(SasType, $"SharedAccessSignature sr={resource}&sig={signature}&se={seconds}&skn={WebUtility.UrlEncode(keyName)}", expires);
    }
}
