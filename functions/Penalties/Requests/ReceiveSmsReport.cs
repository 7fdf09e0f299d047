using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Penalties.Outside;
using Penalties.Outside.Sms;

namespace Penalties.Requests;

/// <summary>
/// <c>POST /api/sms-reports/{secret}</c>: the SMS provider says that messages have a result. The report is only a hint, because nothing signs its body:
/// the provider is asked about each message, and what it answers counts. 200 whatever the report holds, so that it is not repeated; 401.
/// </summary>
public sealed partial class ReceiveSmsReport(
    SmsSettlement settlement, IOptions<SmsOptions> sms, IOptions<NhnCloudOptions> nhn, ILogger<ReceiveSmsReport> log)
{
    private const string NhnSignature = "X-Toast-Webhook-Signature";

    /// <summary>Messages of one report that are asked about at once; the others are asked about when their time comes.</summary>
    private const int Most = 20;

    [Function(nameof(ReceiveSmsReport))]
    [SignedBySender]
    [Api("The SMS provider says that messages have a result", Refusals = ["401 signature_wrong", "413 body_too_large"])]
    public async Task<IActionResult> Run(
        [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "sms-reports/{secret}")] HttpRequest request,
        string secret,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        if (!IsKnown(sms.Value.ReportSecret, secret)
            || (sms.Value.Provider is SmsProviderName.NhnCloud && !IsKnown(nhn.Value.WebhookSignature, request.Headers[NhnSignature].ToString())))
        {
            return Problem.Result(401, "signature_wrong", "The report does not come from the configured SMS provider.");
        }

        if (await BoundedBody.Read(request, cancellation) is not { } body)
        {
            return Problem.Result(413, "body_too_large", $"A report may have {BoundedBody.MaxBytes} bytes.");
        }

        var (asked, settled) = (0, 0);
        foreach (var caseId in Cases(body).Distinct().Take(Most))
        {
            asked++;
            settled += await IsSettled(durable, caseId, cancellation) ? 1 : 0;
        }

        LogReported(log, asked, settled);
        return new OkObjectResult(new ReportTaken(asked));
    }

    /// <summary>A provider that does not tell now is asked again when the case's own watch comes round.</summary>
    private async Task<bool> IsSettled(DurableTaskClient durable, string caseId, CancellationToken cancellation)
    {
        try
        {
            return await settlement.Settle(durable, caseId, nameof(ReceiveSmsReport), cancellation);
        }
        catch (OutsideSystemUnavailableException away)
        {
            LogAway(log, caseId, away.Code);
            return false;
        }
    }

    /// <summary>Ids of the cases a report speaks of: Solapi's array of messages with our key in each, or NHN's hooks with the key of their order.</summary>
    internal static IEnumerable<string> Cases(byte[] body)
    {
        List<string> keys = [];
        try
        {
            using var report = JsonDocument.Parse(body);
            var root = report.RootElement;
            var items = root.ValueKind is JsonValueKind.Array ? root
                : root.ValueKind is JsonValueKind.Object && root.TryGetProperty("hooks", out var hooks) && hooks.ValueKind is JsonValueKind.Array ? hooks
                : default;
            keys.AddRange(items.ValueKind is JsonValueKind.Array ? items.EnumerateArray().Select(Key).OfType<string>() : []);
        }
        catch (JsonException)
        {
            // A hint that cannot be read hints at nothing.
        }

        return keys.Select(MessageKey.CaseOf).OfType<string>();
    }

    private static string? Key(JsonElement item) => item.ValueKind is not JsonValueKind.Object ? null
        : item.TryGetProperty("senderGroupingKey", out var nhnKey) && nhnKey.ValueKind is JsonValueKind.String ? nhnKey.GetString()
        : item.TryGetProperty("customFields", out var custom) && custom.ValueKind is JsonValueKind.Object
            && custom.TryGetProperty("key", out var key) && key.ValueKind is JsonValueKind.String ? key.GetString()
        : null;

    private static bool IsKnown(string required, string given) =>
        required.Length > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(required), Encoding.UTF8.GetBytes(given));

    [LoggerMessage(Level = LogLevel.Information, Message = "A delivery report spoke of {Asked} cases, {Settled} of them have a result now")]
    private static partial void LogReported(ILogger log, int asked, int settled);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: the provider could not be asked about a reported message ({Code})")]
    private static partial void LogAway(ILogger log, string caseId, string code);
}

/// <param name="Asked">How many messages the provider was asked about.</param>
public sealed record ReportTaken(int Asked);
