using System.Security.Cryptography;
using System.Text;
using Penalties.Outside;

namespace Penalties.Intake.Sources;

/// <summary>Tells whether a webhook comes from its configured source, and by what it is recognised when it comes again.</summary>
public static class Sender
{
    /// <param name="now">Wall-clock time: the sender's clock is compared with it, not with the business clock.</param>
    public static Verified Verify(CrmSource source, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now) => source.Verifier switch
    {
        Verifier.Zendesk => Zendesk(source, headers, body, now),
        Verifier.StandardWebhooks => Standard(source, headers, body, now),
        Verifier.SharedHeader => Shared(source, headers, body),
        Verifier.None => new(Problem: null, Delivery.Of("", body)),
    };

    private static Verified Zendesk(CrmSource source, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var timestamp = headers[ZendeskSignature.TimestampHeader].ToString();
        var problem = !IsPinned(source.AccountId, headers["X-Zendesk-Account-Id"]) ? "account_unknown"
            : !IsPinned(source.WebhookId, headers["X-Zendesk-Webhook-Id"]) ? "webhook_unknown"
            : ZendeskSignature.Problem(source.Secrets, headers[ZendeskSignature.SignatureHeader], timestamp, body, now, source.SignatureAge);

        // The invocation's id is not signed: it counts beside what is, and never instead of it.
        return new(problem, Delivery.Of(timestamp, body) with { Invocation = Delivery.InvocationOf(headers["X-Zendesk-Webhook-Invocation-Id"]) });
    }

    private static Verified Standard(CrmSource source, IHeaderDictionary headers, ReadOnlySpan<byte> body, DateTimeOffset now)
    {
        var id = headers[StandardWebhook.IdHeader].ToString();
        var problem = StandardWebhook.Problem(
            source.Secrets, id, headers[StandardWebhook.TimestampHeader], headers[StandardWebhook.SignatureHeader], body, now, source.SignatureAge);

        // The id is signed, and the same for every repetition.
        return new(problem, Delivery.Of(id, []));
    }

    private static Verified Shared(CrmSource source, IHeaderDictionary headers, ReadOnlySpan<byte> body)
    {
        var given = Encoding.UTF8.GetBytes(headers[source.Header].ToString());
        var isKnown = false;
        foreach (var secret in source.Secrets)
        {
            isKnown |= CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(secret), given);
        }

        return new(isKnown ? null : given.Length == 0 ? "signature_missing" : "signature_wrong", Delivery.Of("", body));
    }

    private static bool IsPinned(string required, string? given) => required.Length == 0 || required == given;
}

/// <param name="Problem">Null, or a code: signature_missing, signature_wrong, signature_stale, account_unknown, webhook_unknown.</param>
public sealed record Verified(string? Problem, Delivery Delivery);
