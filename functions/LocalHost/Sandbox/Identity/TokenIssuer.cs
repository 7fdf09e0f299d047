using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace LocalHost.Sandbox.Identity;

/// <summary>
/// Signs bearer tokens for whoever asks: it knows nobody and checks nothing, which is why it lives in a sandbox. Its key is as old as the
/// server.
/// </summary>
internal sealed class TokenIssuer : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly JsonWebTokenHandler _tokens = new();
    private readonly SigningCredentials _credentials;

    public TokenIssuer()
    {
        var key = new ECDsaSecurityKey(_key) { KeyId = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)) };
        _credentials = new(key, SecurityAlgorithms.EcdsaSha256);
    }

    /// <summary>The public key as a JSON web key.</summary>
    public object PublicKey
    {
        get
        {
            var point = _key.ExportParameters(includePrivateParameters: false).Q;
            return new
            {
                kty = "EC",
                use = "sig",
                alg = SecurityAlgorithms.EcdsaSha256,
                kid = _credentials.Key.KeyId,
                crv = "P-256",
                x = Base64UrlEncoder.Encode(point.X),
                y = Base64UrlEncoder.Encode(point.Y),
            };
        }
    }

    /// <param name="lifetime">From now on; real time. Negative: it has expired.</param>
    public string Issue(string issuer, string audience, string person, IReadOnlyCollection<string> roles, TimeSpan lifetime)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        var earliest = lifetime < TimeSpan.Zero ? now + lifetime + lifetime : now;
        return _tokens.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = earliest,
            NotBefore = earliest,
            Expires = now + lifetime,
            Claims = new Dictionary<string, object> { ["sub"] = person, ["preferred_username"] = person, ["roles"] = roles.ToArray() },
            SigningCredentials = _credentials,
        });
    }

    public void Dispose() => _key.Dispose();
}
