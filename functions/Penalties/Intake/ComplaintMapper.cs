using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Penalties.Outside.Sms;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Intake;

/// <summary>Turns a form that passed <see cref="ComplaintFormRules"/> into the case's facts, the contact data and the facets told.</summary>
public sealed class ComplaintMapper(IOptions<PrivacyOptions> privacy)
{
    public static Verification VerificationOf(ComplaintForm form) => form.Verified switch
    {
        "caller" => Verification.Caller,
        "account_holder" => Verification.AccountHolder,
        "signed_in" => Verification.SignedInAccount,
        _ => Verification.None,
    };

    public Complaint Complaint(string source, ComplaintForm form)
    {
        var occurredAt = ComplaintFormRules.TimeOf(form.OccurredAt)!.Value;
        return new(
            source,
            form.Account!,
            form.Ticket!,
            CaseKind.Penalty,
            form.Channel == "phone" ? Channel.Phone : Channel.Chat,
            KoreanTerms.CallTypeOf(form.CallType)!.Value,
            VerificationOf(form),
            KoreanTerms.ViolationOf(form.Violation)!.Value,
            KoreanTerms.CentreOf(form.Centre)!.Value,
            form.RideId ?? Hash($"{form.RideCalledAt}|{form.RideOrigin}|{form.RideDestination}"),
            form.DriverId!,
            Hash(form.CustomerId!),
            Korea.DateOf(ComplaintFormRules.TimeOf(form.RideCalledAt) ?? occurredAt),
            form.Unclear == "true");
    }

    public static Contact Contact(ComplaintForm form) => new(
        form.CustomerId!, PhoneNumber.Parse(form.CustomerPhone)!, form.CustomerName, form.RideCalledAt, form.RideOrigin, form.RideDestination, form.Text,
        ComplaintFormRules.TimeOf(form.OccurredAt)!.Value);

    /// <summary>What the form tells beyond the complaint itself; facets only rise, so what the case already knows is left out.</summary>
    public static IEnumerable<CaseEvent> Facets(ComplaintForm form, PenaltyCase? known)
    {
        var block = known?.Block ?? BlockState.Unknown;
        if (form.Block == "agreed" && block is BlockState.Unknown or BlockState.Declined)
        {
            yield return new BlockAgreed();
        }
        else if (form.Block == "declined" && block is BlockState.Unknown)
        {
            yield return new BlockDeclined();
        }

        var stage = int.Parse(form.FeedbackStage ?? "0", CultureInfo.InvariantCulture);
        if (stage > (known?.FeedbackStage ?? 0))
        {
            yield return stage == 3 ? new FeedbackPromised() : new FeedbackAsked(stage);
        }
    }

    /// <summary>Keyed, so that an id cannot be found by trying all of them without the key.</summary>
    private string Hash(string value) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(privacy.Value.HashKey), Encoding.UTF8.GetBytes(value)))[..32];
}

/// <summary>Settings <c>Privacy:*</c>.</summary>
public sealed class PrivacyOptions
{
    public const string Section = "Privacy";

    /// <summary>Key of the hashes that stand for customers and rides; at least 16 characters, never changed while cases are kept.</summary>
    public string HashKey { get; set; } = "";

    /// <summary>Days contact data is kept after a case closed.</summary>
    public int ContactDays { get; set; } = 30;

    internal IEnumerable<string> Problems() =>
    [
        .. HashKey.Length >= 16 ? Array.Empty<string>() : [$"{Section}:HashKey has {HashKey.Length} characters; at least 16 are required."],
        .. SettingRules.Between($"{Section}:ContactDays", ContactDays, 1, 365),
    ];
}
