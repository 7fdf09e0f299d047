using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using Penalties.Rules;

namespace Penalties.Outside;

/// <summary>
/// The driver admin system: mutual blocks (상호차단) and driver outcomes (기사 조치 결과). The contract is ours: <c>infra/contracts/driver-admin.yaml</c>.
/// </summary>
public sealed class DriverAdmin(HttpClient http, IOptions<DriverAdminOptions> options)
{
    private const string System = "driver-admin";

    private readonly DriverAdminOptions _options = options.Value;

    /// <summary>
    /// Blocks driver and customer in both directions. The same key again is the same block.
    /// A refusal that no repetition mends comes back as a code; everything else throws <see cref="OutsideSystemUnavailableException"/>.
    /// </summary>
    public async Task<MutualBlock> Block(string key, string driverId, string customerId, CancellationToken cancellation)
    {
        const string Operation = "mutual-block";
        using var request = Request(HttpMethod.Put, $"v1/mutual-blocks/{Uri.EscapeDataString(key)}");
        request.Content = JsonContent.Create(new BlockRequest(driverId, customerId, key));
        using var response = await http.SendTo(System, Operation, request, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Conflict or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            var problem = await response.ReadAs<Problem>(System, Operation, cancellation);
            return new(null, problem.Code is { Length: > 0 and <= 60 } code ? code : OutsideCall.Code(response.StatusCode));
        }

        var block = await response.OrUnavailable(System, Operation).ReadAs<BlockAnswer>(System, Operation, cancellation);
        return new(block.BlockedAt, null);
    }

    /// <summary>The outcome of a case, or null while nobody has concluded one.</summary>
    public async Task<OutcomeConcluded?> OutcomeOf(string caseId, CancellationToken cancellation)
    {
        const string Operation = "outcome";
        using var request = Request(HttpMethod.Get, $"v1/outcomes/{Uri.EscapeDataString(caseId)}");
        using var response = (await http.SendTo(System, Operation, request, cancellation)).OrUnavailable(System, Operation);
        var answer = await response.ReadAs<OutcomeAnswer>(System, Operation, cancellation);
        return answer switch
        {
            { State: "pending" } => null,
            { State: "concluded", DecidedBy: { Length: > 0 } person, ConcludedAt: { } at } when OutcomeTerms.KindOf(answer.Kind) is { } kind =>
                new(kind, person, at),
            _ => throw new OutsideSystemUnavailableException(System, Operation, "bad_answer"),
        };
    }

    private HttpRequestMessage Request(HttpMethod method, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(_options.BaseUrl.Dir(), path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.Token);
        return request;
    }

    private sealed record BlockRequest(
        [property: JsonPropertyName("driverId")] string DriverId,
        [property: JsonPropertyName("customerId")] string CustomerId,
        [property: JsonPropertyName("requestedBy")] string RequestedBy);

    private sealed record BlockAnswer([property: JsonPropertyName("blockedAt")] DateTimeOffset BlockedAt);

    private sealed record Problem([property: JsonPropertyName("code")] string? Code);

    private sealed record OutcomeAnswer(
        [property: JsonPropertyName("state")] string? State,
        [property: JsonPropertyName("kind")] string? Kind,
        [property: JsonPropertyName("decidedBy")] string? DecidedBy,
        [property: JsonPropertyName("concludedAt")] DateTimeOffset? ConcludedAt);
}

/// <summary>Exactly one of the two is set.</summary>
public sealed record MutualBlock(DateTimeOffset? BlockedAt, string? RefusedWith);

/// <summary>Settings <c>DriverAdmin:*</c>.</summary>
public sealed class DriverAdminOptions
{
    public const string Section = "DriverAdmin";

    public Uri BaseUrl { get; set; } = null!;

    public string Token { get; set; } = "";

    internal IEnumerable<string> Problems() =>
        [.. SettingRules.HttpUrl($"{Section}:BaseUrl", BaseUrl), .. SettingRules.Required($"{Section}:Token", Token)];
}
