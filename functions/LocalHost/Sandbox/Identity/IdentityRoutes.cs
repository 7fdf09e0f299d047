namespace LocalHost.Sandbox.Identity;

/// <summary>
/// An OpenID Connect provider as far as an API needs one: discovery, keys, and a token endpoint that takes a form of <c>sub</c>, <c>roles</c> (parted by
/// spaces) and, for tests, <c>audience</c> and <c>minutes</c>.
/// </summary>
internal sealed class IdentityRoutes(IdentityAccount account, TokenIssuer issuer)
{
    private const string Prefix = "/identity";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get($"{Prefix}/.well-known/openid-configuration", http => Json(new
        {
            issuer = Issuer(http),
            jwks_uri = $"{Issuer(http)}/jwks",
            token_endpoint = $"{Issuer(http)}/token",
            id_token_signing_alg_values_supported = new[] { "ES256" },
        }));
        routes.Get($"{Prefix}/jwks", _ => Json(new { keys = new[] { issuer.PublicKey } }));
        routes.Post($"{Prefix}/token", Token);
    }

    private async Task<IResult> Token(HttpContext http)
    {
        var form = http.Request.HasFormContentType ? await http.Request.ReadFormAsync(http.RequestAborted) : FormCollection.Empty;
        var person = form["sub"].ToString();
        if (person.Length == 0)
        {
            return ErrorAnswers.Invalid("a form with sub (a person's id) and roles (agent, manager, operator, auditor; parted by spaces) is required");
        }

        var minutes = double.TryParse(form["minutes"], out var told) ? told : account.TokenLifetime.TotalMinutes;
        var audience = form["audience"].ToString() is { Length: > 0 } other ? other : account.Audience;
        string[] roles = form["roles"].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var token = issuer.Issue(Issuer(http), audience, person, roles, TimeSpan.FromMinutes(minutes));
        return Results.Json(new { access_token = token, token_type = "Bearer", expires_in = (int)(minutes * 60) });
    }

    private static Task<IResult> Json(object body) => Task.FromResult(Results.Json(body));

    private static string Issuer(HttpContext http) => $"{http.Request.Scheme}://{http.Request.Host}{Prefix}";
}
