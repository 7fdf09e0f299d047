using System.Text.Json.Nodes;
using LocalHost.Sandbox;

namespace Sandbox.Tests.Faults;

public sealed class ErrorFormatTests
{
    [Theory]
    [InlineData(SandboxSystem.Crm, 429, "application/json", "error", "APIRateLimitExceeded")]
    [InlineData(SandboxSystem.Crm, 401, "application/json", "error", "Couldn't authenticate you")]
    [InlineData(SandboxSystem.Crm, 422, "application/json", "error", "RecordInvalid")]
    [InlineData(SandboxSystem.Crm, 503, "application/json", "error", "ServiceUnavailable")]
    [InlineData(SandboxSystem.Board, 429, "application/json", "error", "too_many_requests")]
    [InlineData(SandboxSystem.Board, 403, "application/json", "error", "not_in_conversation")]
    [InlineData(SandboxSystem.Board, 500, "application/json", "error", "unavailable")]
    [InlineData(SandboxSystem.DriverAdmin, 429, "application/problem+json", "code", "too_many_requests")]
    [InlineData(SandboxSystem.DriverAdmin, 409, "application/problem+json", "code", "key_reused")]
    [InlineData(SandboxSystem.DriverAdmin, 503, "application/problem+json", "code", "unavailable")]
    [InlineData(SandboxSystem.Sms, 429, "application/json", "errorCode", "TooManyRequests")]
    [InlineData(SandboxSystem.Sms, 404, "application/json", "errorCode", "ResourceNotFound")]
    [InlineData(SandboxSystem.Sms, 503, "application/json", "errorCode", "InternalError")]
    public async Task Each_system_fails_in_its_own_format(SandboxSystem system, int status, string contentType, string member, string word)
    {
        await using var world = await World.Start();
        await world.Sandbox.Order(new() { System = system, Kind = FaultKind.Status, Status = status, RetryAfterSeconds = 3 });

        using var response = await Look.At(world, system);

        Assert.Equal((status, contentType), ((int)response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.Equal(word, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())![member]);
        Assert.Equal(TimeSpan.FromSeconds(3), response.Headers.RetryAfter!.Delta);
    }
}
