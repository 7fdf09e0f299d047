using LocalHost.Sandbox.Solapi;

namespace Sandbox.Tests.Solapi;

public sealed class SolapiAuthorizationTests : IAsyncLifetime
{
    private const string Salt = "0123456789abcdef0123456789abcdef";

    private World _world = null!;
    private SolapiCaller _solapi = null!;

    public async Task InitializeAsync()
    {
        _world = await World.Start();
        _solapi = new(_world);
    }

    public async Task DisposeAsync() => await _world.DisposeAsync();

    [Fact]
    public void The_signature_is_the_hex_hmac_of_date_and_salt() => Assert.Equal(
        "4007fbabe7d249ec00617a55ab8f41d53113c040edfa3ed1c19bff1eee94402f",
        SolapiAuthorization.Sign("TESTSECRET", "2026-01-02T03:04:05+09:00", Salt));

    [Fact]
    public async Task A_signed_request_tells_the_balance()
    {
        var (status, body) = await _solapi.Ask(HttpMethod.Get, "cash/v1/balance");
        Assert.Equal((200, 100_000m), (status, (decimal)body!["balance"]!));
    }

    [Theory]
    [InlineData(-16, Salt, null, null, 403, "RequestTimeTooSkewed")]
    [InlineData(16, Salt, null, null, 403, "RequestTimeTooSkewed")]
    [InlineData(0, "tooshort", null, null, 400, "ValidationError")]
    [InlineData(0, Salt, "another secret", null, 403, "SignatureDoesNotMatch")]
    [InlineData(0, Salt, null, "ANOTHERKEY", 403, "InvalidAPIKey")]
    public async Task A_wrong_header_is_refused_with_its_code(int minutes, string salt, string? secret, string? key, int expected, string code)
    {
        var header = _solapi.Authorization(DateTimeOffset.UtcNow.AddMinutes(minutes), salt, secret, key);
        var (status, body) = await _world.Http.Ask(HttpMethod.Get, "solapi/cash/v1/balance", null, header);

        Assert.Equal((expected, code), (status, (string?)body!["errorCode"]));
        Assert.Equal(expected, Assert.Single((await _world.Sandbox.Received()).Refused).Status);
    }

    [Fact]
    public async Task A_signature_works_once()
    {
        var header = _solapi.Authorization(DateTimeOffset.UtcNow, Salt);
        Assert.Equal(200, (await _world.Http.Ask(HttpMethod.Get, "solapi/cash/v1/balance", null, header)).Status);

        var (status, body) = await _world.Http.Ask(HttpMethod.Get, "solapi/cash/v1/balance", null, header);

        Assert.Equal((403, "DuplicatedSignature"), (status, (string?)body!["errorCode"]));
    }

    [Fact]
    public async Task No_header_is_unauthorized() =>
        Assert.Equal(401, (await _world.Http.Ask(HttpMethod.Get, "solapi/cash/v1/balance")).Status);
}
