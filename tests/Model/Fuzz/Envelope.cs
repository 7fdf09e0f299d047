using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Penalties;
using Penalties.Intake;
using Penalties.Intake.Sources;
using Penalties.Outside;

namespace Model.Tests.Fuzz;

/// <summary>The sources that are configured, and everything around a body that proves whose it is.</summary>
/// <param name="IsGenuine">Whether the source's secret was known to whoever made it, and everything else is as it should be.</param>
/// <param name="Seal">Gives the headers for a body, signed so much later than planned; the same whenever it is asked for the same.</param>
/// <param name="ClaimedLength">What Content-Length says; null: the body comes in chunks.</param>
internal sealed record Envelope(string Source, bool IsGenuine, Func<byte[], TimeSpan, HeaderDictionary> Seal, Func<byte[], long?> ClaimedLength)
{
    public const string Thin = "thin";

    public static readonly IReadOnlyDictionary<string, CrmSource> Sources = new Dictionary<string, CrmSource>
    {
        ["zendesk"] = Of(new() { Verifier = Verifier.Zendesk, Secret = "new-zendesk-secret old-zendesk-secret", AccountId = Account, WebhookId = Hook }),
        ["standard"] = Of(new() { Verifier = Verifier.StandardWebhooks, Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD" }),
        ["shared"] = Of(new() { Verifier = Verifier.SharedHeader, Secret = "shared-secret-of-16 shared-secret-of-old", Header = "X-Crm-Secret" }),
        [Thin] = Of(new() { Verifier = Verifier.Zendesk, Mapper = Mapper.Ticket, Secret = "thin-zendesk-secret", Account = "kthin" }),
    };

    private const string Account = "21000001";
    private const string Hook = "01HOOK";
    private const string AccountHeader = "X-Zendesk-Account-Id";
    private const string HookHeader = "X-Zendesk-Webhook-Id";
    private const string InvocationHeader = "X-Zendesk-Webhook-Invocation-Id";

    private static readonly string[] Strange =
        ["", " ", "x", "\0", "\r\n", "é", "한글", "\ud800", "\ufffe", "null", "%00", new('9', 40), new('s', 70_000), "a,b", "v1,", "v1,=", "v2,abc"];

    private static readonly string[] Unknown =
        ["", "ZENDESK", "zendesk ", "zendesk/", "..", "kakao", "%7Bsource%7D", "constructor", new('z', 9_000), "젠데스크", "꿻뛟", "a\0b", "'"];

    private static readonly string[] NoTime =
        ["garbage", "0", "-1", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "9223372036854775807", "99999999999999999999", "1e9", "２０２６"];

    public static Envelope Of(string source, Random draw, DateTimeOffset now)
    {
        var settings = Sources[source];
        var honest = new Envelope(source, IsGenuine: true, Proper(settings, draw, now), ClaimedLength: Length(draw));
        return draw.Next(100) switch
        {
            < 78 => honest,
            < 80 => honest with { Source = Unknown[draw.Next(Unknown.Length)] },
            < 82 => honest with { Seal = With(honest.Seal, Harmless(draw)) },
            _ => honest with { IsGenuine = false, Seal = Forged(settings, honest.Seal, draw, now) },
        };
    }

    private static Func<byte[], long?> Length(Random draw) => draw.Next(3) == 0 ? static _ => null : static body => body.Length;

    private static Func<byte[], TimeSpan, HeaderDictionary> Proper(CrmSource settings, Random draw, DateTimeOffset now)
    {
        var secret = settings.Secrets[draw.Next(settings.Secrets.Count)];
        var at = now.AddSeconds(draw.Next(-200, 200));
        var id = $"msg_{draw.Next(1_000_000)}";
        var invocation = draw.Next(3) == 0 ? null : $"inv-{draw.Next(1_000_000)}";
        return (body, later) => Sealed(settings, secret, at + later, id, invocation, body);
    }

    private static HeaderDictionary Sealed(CrmSource settings, string secret, DateTimeOffset at, string id, string? invocation, byte[] body) =>
        settings.Verifier switch
        {
            Verifier.Zendesk => Zendesk(settings, secret, at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture), invocation, body),
            Verifier.StandardWebhooks => Standard(secret, id, at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), body),
            Verifier.SharedHeader => new() { [settings.Header] = secret },
            Verifier.None => [],
        };

    private static HeaderDictionary Zendesk(CrmSource settings, string secret, string timestamp, string? invocation, byte[] body)
    {
        var headers = new HeaderDictionary
        {
            [ZendeskSignature.TimestampHeader] = timestamp,
            [ZendeskSignature.SignatureHeader] = ZendeskSignature.Of(secret, timestamp, body),
            [AccountHeader] = settings.AccountId.Length > 0 ? settings.AccountId : Account,
            [HookHeader] = Hook,
        };
        if (invocation is not null)
        {
            headers[InvocationHeader] = invocation;
        }

        return headers;
    }

    private static HeaderDictionary Standard(string secret, string id, string timestamp, byte[] body) => new()
    {
        [StandardWebhook.IdHeader] = id,
        [StandardWebhook.TimestampHeader] = timestamp,
        [StandardWebhook.SignatureHeader] = $"v1,AAAA {StandardWebhook.Of(secret, id, timestamp, body)}",
    };

    /// <summary>What no proof rests on may be anything.</summary>
    private static Action<HeaderDictionary> Harmless(Random draw)
    {
        var name = new[] { InvocationHeader, "Content-Type", "X-Forwarded-For", "traceparent", "Authorization", "Content-Encoding" }[draw.Next(6)];
        var strange = Strange[draw.Next(Strange.Length)];
        StringValues values = new(draw.Next(2) == 0 ? [strange] : [strange, strange]);
        return headers => headers[name] = values;
    }

    /// <summary>Whoever does not know the secret, comes too late, or is another's account.</summary>
    private static Func<byte[], TimeSpan, HeaderDictionary> Forged(CrmSource settings, Func<byte[], TimeSpan, HeaderDictionary> honest, Random draw, DateTimeOffset now)
    {
        var proof = settings.Verifier switch
        {
            Verifier.Zendesk => new[] { ZendeskSignature.SignatureHeader, ZendeskSignature.TimestampHeader }[draw.Next(2)],
            Verifier.StandardWebhooks => new[] { StandardWebhook.SignatureHeader, StandardWebhook.TimestampHeader, StandardWebhook.IdHeader }[draw.Next(3)],
            Verifier.SharedHeader or Verifier.None => settings.Header,
        };
        var strange = Strange[draw.Next(Strange.Length)];
        var pinned = draw.Next(2) == 0 ? AccountHeader : HookHeader;
        var another = settings.Verifier is Verifier.StandardWebhooks ? "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" : "another-secret";
        var isSigned = settings.Verifier is Verifier.Zendesk or Verifier.StandardWebhooks;
        return (isSigned ? draw.Next(9) : draw.Next(5)) switch
        {
            0 => With(honest, headers => headers.Remove(proof)),
            1 or 2 => With(honest, headers => headers[proof] = strange),
            3 => With(honest, headers => headers[proof] = new([$"{headers[proof]}", "x"])),
            4 => With(honest, headers => headers[proof] = $"{headers[proof]}".ToUpperInvariant() + "x"),
            5 => (body, later) => honest([.. body, 1], later),
            6 => (body, _) => Sealed(settings, another, now, "msg_1", null, body),
            7 => Untimely(settings, draw, now),
            _ when settings.AccountId.Length > 0 => With(honest, headers => headers[pinned] = strange),
            _ => With(honest, headers => headers.Clear()),
        };
    }

    /// <summary>Signed as it should be, and at a time that is not now.</summary>
    private static Func<byte[], TimeSpan, HeaderDictionary> Untimely(CrmSource settings, Random draw, DateTimeOffset now)
    {
        var secret = settings.Secrets[0];
        var hours = new[] { -3, 3, -24, 24, -100_000, 100_000 }[draw.Next(6)];
        var garbage = NoTime[draw.Next(NoTime.Length)];
        var at = now.AddHours(hours);
        return draw.Next(2) == 0
            ? (body, _) => Sealed(settings, secret, at, "msg_2", null, body)
            : (body, _) => settings.Verifier is Verifier.Zendesk ? Zendesk(settings, secret, garbage, null, body) : Standard(secret, "msg_3", garbage, body);
    }

    private static Func<byte[], TimeSpan, HeaderDictionary> With(Func<byte[], TimeSpan, HeaderDictionary> seal, Action<HeaderDictionary> change) => (body, later) =>
    {
        var headers = seal(body, later);
        change(headers);
        return headers;
    };

    private static CrmSource Of(CrmSource source)
    {
        // Longer than a round takes, however busy the machine is.
        source.SignatureAge = TimeSpan.FromHours(1);
        foreach (var field in ComplaintForm.FieldNames.Except(["account", "ticket"]))
        {
            source.Fields[field] = 360_100 + source.Fields.Count;
        }

        return source;
    }
}
