using System.Net;
using System.Net.Http.Headers;

namespace Penalties.Outside;

/// <summary>
/// The driver admin system: mutual blocks (상호차단) and driver outcomes (기사 조치 결과). The contract is ours: <c>infra/contracts/driver-admin.yaml</c>.
/// </summary>
public sealed class DriverAdmin(HttpClient http, IOptions<DriverAdminOptions> options)
{
    private const string System = OutsideSystems.DriverAdmin;

    private static readonly string[] Directions = ["customer-driver", "driver-customer"];

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
            return new(null, await CodeOf(response, Operation, cancellation));
        }

        var block = await response.OrUnavailable(System, Operation).ReadAs<BlockAnswer>(System, Operation, cancellation);
        return block.Directions is { Count: < 2 }
            ? throw new OutsideSystemUnavailableException(System, Operation, "one_direction_only")
            : new(block.BlockedAt, null);
    }

    /// <summary>
    /// Lifts the block made under this key, in both directions. One that is not there any more counts as lifted; a refusal that no repetition
    /// mends comes back as a code.
    /// </summary>
    public async Task<string?> Unblock(string key, CancellationToken cancellation)
    {
        const string Operation = "un-block";
        using var request = Request(HttpMethod.Delete, $"v1/mutual-blocks/{Uri.EscapeDataString(key)}");
        using var response = await http.SendTo(System, Operation, request, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }

        if (response.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity)
        {
            return await CodeOf(response, Operation, cancellation);
        }

        response.OrUnavailable(System, Operation);
        return null;
    }

    /// <summary>When the block that holds under this key was made; null when none holds.</summary>
    public async Task<DateTimeOffset?> BlockedAt(string key, CancellationToken cancellation)
    {
        const string Operation = "mutual-block-get";
        using var request = Request(HttpMethod.Get, $"v1/mutual-blocks/{Uri.EscapeDataString(key)}");
        using var response = await http.SendTo(System, Operation, request, cancellation);
        return response.StatusCode is HttpStatusCode.NotFound
            ? null
            : (await response.OrUnavailable(System, Operation).ReadAs<BlockAnswer>(System, Operation, cancellation)).BlockedAt;
    }

    /// <summary>
    /// Since when driver and customer are kept apart in both directions, whatever made or lifted the block; null where they are not, now. Only an
    /// answer about just this pair says so: everything else throws <see cref="OutsideSystemUnavailableException"/>.
    /// </summary>
    public async Task<DateTimeOffset?> ApartSince(string driverId, string customerId, CancellationToken cancellation)
    {
        const string Operation = "mutual-block-look-up";
        using var request = Request(HttpMethod.Post, "v1/mutual-block-look-ups");
        request.Content = JsonContent.Create(new Pair(driverId, customerId));
        using var response = (await http.SendTo(System, Operation, request, cancellation)).OrUnavailable(System, Operation);
        var answer = await response.ReadAs<PairAnswer>(System, Operation, cancellation);
        return answer switch
        {
            { Directions: { } directions } when answer.DriverId == driverId && answer.CustomerId == customerId && directions.All(Directions.Contains) =>
                directions.Distinct().Count() < Directions.Length ? null
                : answer.Since ?? throw new OutsideSystemUnavailableException(System, Operation, "bad_answer"),
            _ => throw new OutsideSystemUnavailableException(System, Operation, "bad_answer"),
        };
    }

    /// <summary>What was concluded about a driver so far, newest first; null for a driver it does not know.</summary>
    public async Task<IReadOnlyList<ConcludedBefore>?> RecordOf(string driverId, CancellationToken cancellation)
    {
        const string Operation = "driver-record";
        using var request = Request(HttpMethod.Get, $"v1/drivers/{Uri.EscapeDataString(driverId)}/record");
        using var response = await http.SendTo(System, Operation, request, cancellation);
        if (response.StatusCode is HttpStatusCode.NotFound)
        {
            return null;
        }

        var answer = await response.OrUnavailable(System, Operation).ReadAs<RecordAnswer>(System, Operation, cancellation);
        return
        [
            .. (answer.Outcomes ?? throw new OutsideSystemUnavailableException(System, Operation, "bad_answer"))
                .Select(one => new ConcludedBefore(
                    OutcomeTerms.KindOf(one.Kind) ?? throw new OutsideSystemUnavailableException(System, Operation, "bad_answer"), one.ConcludedAt))
                .OrderByDescending(one => one.ConcludedAt),
        ];
    }

    /// <summary>The outcome of a case, or null while nobody has concluded one. One that no named person can have concluded is a broken answer.</summary>
    public async Task<OutcomeConcluded?> OutcomeOf(string caseId, DateTimeOffset now, CancellationToken cancellation)
    {
        const string Operation = "outcome";
        using var request = Request(HttpMethod.Get, $"v1/outcomes/{Uri.EscapeDataString(caseId)}");
        using var response = (await http.SendTo(System, Operation, request, cancellation)).OrUnavailable(System, Operation);
        var answer = await response.ReadAs<OutcomeAnswer>(System, Operation, cancellation);
        return answer switch
        {
            { State: "pending" } => null,
            { State: "concluded", DecidedBy: { } person, ConcludedAt: { } at }
                when OutcomeTerms.KindOf(answer.Kind) is { } kind && !OutcomeTerms.Problems(person, at, now).Any() => new(kind, person, at),
            _ => throw new OutsideSystemUnavailableException(System, Operation, "bad_answer"),
        };
    }

    private static async Task<string> CodeOf(HttpResponseMessage response, string operation, CancellationToken cancellation)
    {
        var problem = await response.ReadAs<Problem>(System, operation, cancellation);
        // A code by the contract; anything else may hold anything, and it would stand in logs.
        return problem.Code is { Length: > 0 and <= 60 } code && code.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_')
            ? code
            : OutsideCall.Code(response.StatusCode);
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

    private sealed record BlockAnswer(
        [property: JsonPropertyName("blockedAt")] DateTimeOffset BlockedAt,
        [property: JsonPropertyName("directions")] IReadOnlyList<string>? Directions = null);

    private sealed record Pair([property: JsonPropertyName("driverId")] string DriverId, [property: JsonPropertyName("customerId")] string CustomerId);

    private sealed record PairAnswer(
        [property: JsonPropertyName("driverId")] string? DriverId,
        [property: JsonPropertyName("customerId")] string? CustomerId,
        [property: JsonPropertyName("directions")] IReadOnlyList<string>? Directions,
        [property: JsonPropertyName("since")] DateTimeOffset? Since);

    private sealed record RecordAnswer([property: JsonPropertyName("outcomes")] IReadOnlyList<RecordEntry>? Outcomes);

    private sealed record RecordEntry(
        [property: JsonPropertyName("kind")] string? Kind,
        [property: JsonPropertyName("concludedAt")] DateTimeOffset ConcludedAt);

    private sealed record Problem([property: JsonPropertyName("code")] string? Code);

    private sealed record OutcomeAnswer(
        [property: JsonPropertyName("state")] string? State,
        [property: JsonPropertyName("kind")] string? Kind,
        [property: JsonPropertyName("decidedBy")] string? DecidedBy,
        [property: JsonPropertyName("concludedAt")] DateTimeOffset? ConcludedAt);
}

/// <summary>An outcome in a driver's record at the driver admin.</summary>
public sealed record ConcludedBefore(OutcomeKind Kind, DateTimeOffset ConcludedAt);

/// <summary>Exactly one of the two is set.</summary>
public sealed record MutualBlock(DateTimeOffset? BlockedAt, string? RefusedWith);

/// <summary>Settings <c>DriverAdmin:*</c>.</summary>
public sealed class DriverAdminOptions
{
    public const string Section = "DriverAdmin";

    public Uri BaseUrl { get; set; } = null!;

    public string Token { get; set; } = "";

    /// <summary>What the driver admin signs its outcomes with: <c>whsec_</c> and base64; two with a space between while it changes its key.</summary>
    public string WebhookSecret { get; set; } = "";

    internal IReadOnlyList<string> WebhookSecrets => WebhookSecret.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.HttpUrl($"{Section}:BaseUrl", BaseUrl),
        .. SettingRules.Required($"{Section}:Token", Token),
        .. WebhookSecrets.Count is 1 or 2 && WebhookSecrets.All(StandardWebhook.IsSecret)
            ? Array.Empty<string>()
            : [$"{Section}:WebhookSecret is not one or two secrets; 'whsec_' and 24 to 64 bytes in base64 are required."],
    ];
}
