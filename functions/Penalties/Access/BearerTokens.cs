using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Penalties.Access;

/// <summary>
/// Tells who a bearer token stands for. Signature, issuer, audience and lifetime are checked; keys are fetched and renewed by discovery.
/// </summary>
public sealed class BearerTokens
{
    private readonly JsonWebTokenHandler _tokens = new() { MapInboundClaims = false };
    private readonly AuthOptions _options;
    private readonly TokenValidationParameters _rules;

    public BearerTokens(IOptions<AuthOptions> options)
    {
        _options = options.Value;
        var authority = _options.Authority.AbsoluteUri.TrimEnd('/');
        var documents = new HttpDocumentRetriever { RequireHttps = !_options.Authority.IsLoopback };
        _rules = new()
        {
            ValidAudience = _options.Audience,
            ConfigurationManager = new ConfigurationManager<OpenIdConnectConfiguration>(
                $"{authority}/.well-known/openid-configuration", new OpenIdConnectConfigurationRetriever(), documents),
            // The issuer is that of the discovery document; only asymmetric signatures, so that no shared text can be taken for a key.
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256],
            ClockSkew = TimeSpan.FromMinutes(2),
        };
    }

    /// <returns>The caller, or null for a token that is not valid or names nobody.</returns>
    /// <exception cref="InvalidOperationException">The identity provider's keys cannot be fetched.</exception>
    public async Task<Caller?> Read(string token)
    {
        var result = await _tokens.ValidateTokenAsync(token, _rules);
        if (result.Exception is { } fault && IsProviderAway(fault))
        {
            throw new InvalidOperationException("The identity provider's keys cannot be fetched.", fault);
        }

        if (!result.IsValid || result.SecurityToken is not JsonWebToken read)
        {
            return null;
        }

        var person = read.TryGetPayloadValue<string>(_options.PersonClaim, out var name) ? name : read.Subject;
        return person is not null && Id.IsWellFormed(person)
            ? new(person, RoleNames.Parse(read.Claims.Where(claim => claim.Type == _options.RolesClaim).Select(claim => claim.Value)))
            : null;
    }

    /// <summary>No key at all is known, or the discovery document did not come: that says nothing about the token.</summary>
    private static bool IsProviderAway(Exception fault) =>
        fault is InvalidOperationException or IOException or HttpRequestException || fault.InnerException is { } inner && IsProviderAway(inner);
}
