using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Penalties.Intake;
using Penalties.Intake.Sources;
using Penalties.Outside;

namespace Penalties.Tests;

public sealed class SenderTests
{
    private const string NewSecret = "new-webhook-secret";
    private const string OldSecret = "old-webhook-secret";
    private const string Timestamp = "2026-09-18T13:30:00Z";

    private static readonly DateTimeOffset Now = DateTimeOffset.Parse(Timestamp, CultureInfo.InvariantCulture);
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"ticket":"4711"}""");

    [Theory]
    [InlineData(NewSecret, null)]
    [InlineData(OldSecret, null)]
    [InlineData("another-secret", "signature_wrong")]
    public void While_a_secret_changes_the_old_and_the_new_one_count(string signedWith, string? problem) =>
        Assert.Equal(problem, Verify(new() { Secret = $"{NewSecret} {OldSecret}" }, Zendesk(signedWith)).Problem);

    [Theory]
    [InlineData("21000001", "hook-1", null)]
    [InlineData("21000002", "hook-1", "account_unknown")]
    [InlineData("21000001", "hook-2", "webhook_unknown")]
    [InlineData("", "hook-1", "account_unknown")]
    public void Account_and_webhook_are_pinned(string account, string webhook, string? problem)
    {
        var headers = Zendesk(NewSecret);
        headers["X-Zendesk-Account-Id"] = account;
        headers["X-Zendesk-Webhook-Id"] = webhook;
        Assert.Equal(problem, Verify(new() { Secret = NewSecret, AccountId = "21000001", WebhookId = "hook-1" }, headers).Problem);
    }

    [Fact]
    public void A_replay_with_a_fresh_invocation_id_and_a_repetition_signed_anew_are_both_recognised()
    {
        var first = Verify(new() { Secret = NewSecret }, Zendesk(NewSecret, invocation: "i-1")).Delivery;
        var replay = Verify(new() { Secret = NewSecret }, Zendesk(NewSecret, invocation: "i-2")).Delivery;
        var again = Verify(new() { Secret = NewSecret }, Zendesk(NewSecret, "2026-09-18T13:30:40Z", "i-1")).Delivery;
        var other = Verify(new() { Secret = NewSecret }, Zendesk(NewSecret, "2026-09-18T13:30:40Z", "i-3")).Delivery;

        Assert.Single(first.Keys.Intersect(replay.Keys));
        Assert.Single(first.Keys.Intersect(again.Keys));
        Assert.Empty(first.Keys.Intersect(other.Keys));
        Assert.All(first.Keys, key => Assert.Matches("^[0-9a-f]{32}$", key));
    }

    [Fact]
    public void Standard_webhooks_are_recognised_by_their_signed_id()
    {
        const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var source = new CrmSource { Verifier = Verifier.StandardWebhooks, Secret = Secret };
        var seconds = Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        Verified Of(string id, string signedId) => Verify(source, new HeaderDictionary
        {
            [StandardWebhook.IdHeader] = id,
            [StandardWebhook.TimestampHeader] = seconds,
            [StandardWebhook.SignatureHeader] = StandardWebhook.Of(Secret, signedId, seconds, Body),
        });

        Assert.Null(Of("msg_1", "msg_1").Problem);
        Assert.Equal(Of("msg_1", "msg_1").Delivery, Of("msg_1", "msg_1").Delivery);
        Assert.NotEqual(Of("msg_1", "msg_1").Delivery, Of("msg_2", "msg_2").Delivery);
        Assert.Equal("signature_wrong", Of("msg_2", "msg_1").Problem);
    }

    [Theory]
    [InlineData("a-shared-secret-of-ours", null)]
    [InlineData("a-shared-secret-of-ourz", "signature_wrong")]
    [InlineData("", "signature_missing")]
    public void A_sender_that_cannot_sign_shows_a_secret_in_a_header(string shown, string? problem) => Assert.Equal(
        problem,
        Verify(
            new() { Verifier = Verifier.SharedHeader, Header = "X-Our-Key", Secret = "a-shared-secret-of-ours" },
            new HeaderDictionary { ["X-Our-Key"] = shown }).Problem);

    [Theory]
    [MemberData(nameof(WrongSettings))]
    public void A_wrong_setting_names_itself(CrmSource source, string name, string says)
    {
        var options = new CrmOptions { Sources = { [name] = source } };
        Assert.Contains(options.Problems(isDevelopment: false), problem => problem.Contains(says, StringComparison.Ordinal));
    }

    public static TheoryData<CrmSource, string, string> WrongSettings => new()
    {
        { new() { Secret = "s" }, "Zendesk!", "Crm:Sources:Zendesk! is no name" },
        { new(), "zendesk", "Crm:Sources:zendesk:Secret holds 0 secrets" },
        { new() { Verifier = Verifier.None }, "zendesk", "Verifier is None; outside development allowed" },
        { new() { Verifier = Verifier.StandardWebhooks, Secret = "plain" }, "crm-2", "no secret of Standard Webhooks" },
        { new() { Verifier = Verifier.SharedHeader, Secret = "short", Header = "X" }, "crm-2", "at least 16 characters" },
        { new() { Verifier = Verifier.SharedHeader, Secret = "0123456789abcdef" }, "crm-2", "Crm:Sources:crm-2:Header is missing" },
        { new() { Secret = "s", Mapper = Mapper.Ticket }, "zendesk", "Crm:Sources:zendesk:Account is missing" },
        { new() { Secret = "s", Mapper = Mapper.Ticket, Account = "a" }, "zendesk", "Crm:Sources:zendesk:Fields is empty" },
        { new() { Secret = "s", Account = "홍길동" }, "zendesk", "Crm:Sources:zendesk:Account is '홍길동'" },
        { new() { Secret = "s", Fields = { ["driver"] = 1 } }, "zendesk", "'driver' is no field of a complaint" },
        { new() { Secret = "s", Fields = { ["driver_id"] = 0 } }, "zendesk", "Crm:Sources:zendesk:Fields:driver_id is 0" },
        { new() { Secret = "s", SweepTag = "a b" }, "zendesk", "SweepTag is 'a b'" },
    };

    [Fact]
    public void A_source_of_development_and_a_proper_one_have_no_problems()
    {
        Assert.Empty(new CrmOptions { Sources = { ["zendesk"] = new() { Verifier = Verifier.None } } }.Problems(isDevelopment: true));
        Assert.Empty(new CrmOptions { Sources = { ["zendesk"] = new() { Secret = "a b" } } }.Problems(isDevelopment: false));
        Assert.NotEmpty(new CrmOptions().Problems(isDevelopment: true));
    }

    private static HeaderDictionary Zendesk(string secret, string timestamp = Timestamp, string? invocation = null) => new()
    {
        [ZendeskSignature.SignatureHeader] = ZendeskSignature.Of(secret, timestamp, Body),
        [ZendeskSignature.TimestampHeader] = timestamp,
        ["X-Zendesk-Webhook-Invocation-Id"] = invocation,
    };

    private static Verified Verify(CrmSource source, IHeaderDictionary headers) => Sender.Verify(source, headers, Body, Now);
}
