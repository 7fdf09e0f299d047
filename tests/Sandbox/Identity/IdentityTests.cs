using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Sandbox.Tests.Identity;

public sealed class IdentityTests : IAsyncLifetime
{
    private World _world = null!;

    public async Task InitializeAsync() => _world = await World.Start();

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public async Task A_token_names_person_and_roles_and_is_verified_with_the_key_that_discovery_leads_to()
    {
        var token = await Token(new() { ["sub"] = "manager-2", ["roles"] = "manager auditor" });

        var read = await Validated(token, "penalty-requests");
        Assert.True(read.IsValid, read.Exception?.Message);
        Assert.Equal(("manager-2", "manager-2"), (read.Claims["sub"], read.Claims["preferred_username"]));
        Assert.Equal(["manager", "auditor"], ((IEnumerable<object>)read.Claims["roles"]).Cast<string>());
    }

    [Fact]
    public async Task Tests_get_tokens_of_another_audience_and_expired_ones()
    {
        Assert.False((await Validated(await Token(new() { ["sub"] = "a-1", ["audience"] = "another" }), "penalty-requests")).IsValid);
        Assert.True((await Validated(await Token(new() { ["sub"] = "a-1", ["audience"] = "another" }), "another")).IsValid);
        Assert.IsType<SecurityTokenExpiredException>((await Validated(await Token(new() { ["sub"] = "a-1", ["minutes"] = "-10" }), "penalty-requests")).Exception);
    }

    [Fact]
    public async Task A_token_is_somebodys()
    {
        using var form = new FormUrlEncodedContent([new("roles", "manager")]);
        using var answer = await _world.Http.PostAsync("identity/token", form);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Contains("sub", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<string> Token(Dictionary<string, string> form)
    {
        using var content = new FormUrlEncodedContent(form);
        using var answer = await _world.Http.PostAsync("identity/token", content);
        return (string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["access_token"]!;
    }

    private async Task<TokenValidationResult> Validated(string token, string audience)
    {
        var (_, discovery) = await _world.Http.Ask(HttpMethod.Get, "identity/.well-known/openid-configuration");
        var keys = new JsonWebKeySet(await _world.Http.GetStringAsync((string)discovery!["jwks_uri"]!));
        return await new JsonWebTokenHandler().ValidateTokenAsync(token, new()
        {
            ValidIssuer = (string)discovery["issuer"]!,
            ValidAudience = audience,
            IssuerSigningKeys = keys.GetSigningKeys(),
            ClockSkew = TimeSpan.Zero,
        });
    }
}
