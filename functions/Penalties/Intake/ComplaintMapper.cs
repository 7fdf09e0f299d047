using System.Security.Cryptography;
using System.Text;
using Penalties.Content;
using Penalties.Intake.Sources;
using Penalties.Managers;
using Penalties.Outside.Sms;

namespace Penalties.Intake;

/// <summary>Turns a form that passed <see cref="ComplaintFormRules"/> into the case's facts, the contact data and the facets told.</summary>
public sealed class ComplaintMapper(
    IOptions<PrivacyOptions> privacy, IOptions<CrmOptions> crm, ProductContent content, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    /// <summary>How far a sender's clock may be ahead of ours.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    public static Verification VerificationOf(ComplaintForm form) => form.Verified switch
    {
        "caller" => Verification.Caller,
        "account_holder" => Verification.AccountHolder,
        "signed_in" => Verification.SignedInAccount,
        _ => Verification.None,
    };

    public Told Map(string source, ComplaintForm form)
    {
        var askedAt = AskedAt(source, form);
        var (consent, missing) = Consent(form);
        return new(
            ComplaintOf(source, form, askedAt),
            new(form.CustomerId!, PhoneNumber.Parse(form.CustomerPhone)!, form.CustomerName, form.RideCalledAt, form.RideOrigin, form.RideDestination, form.Text,
                ComplaintFormRules.TimeOf(form.OccurredAt)!.Value),
            askedAt,
            Number(form.RideNumber, fallback: 1),
            form.Block switch { "agreed" => true, "declined" or "withdrawn" => false, _ => null },
            Number(form.FeedbackStage),
            Number(form.CompensationStage),
            form.Supervisor == "true" || form.Kind == "callback",
            consent,
            missing,
            form.CaseId,
            form.RideId is not null && form is { RideCalledAt: not null, RideOrigin: not null, RideDestination: not null }
                ? PlaceKey(form.RideCalledAt, form.RideOrigin, form.RideDestination)
                : null);
    }

    /// <summary>What was told beyond the complaint itself; facets only rise, so what the case already knows is left out.</summary>
    /// <param name="isAskedAnew">
    /// On another ticket the customer asks once more for what was lifted, done or taken back; on the same ticket that would only be the old
    /// content saved again.
    /// </param>
    public IEnumerable<CaseEvent> Facets(Told told, PenaltyCase? known, bool isAskedAnew = false) =>
    [
        .. told.BlockAgreed is { } isAgreed ? BlockConsent.Told(isAgreed, known, told.AskedAt, isAskedAnew) : [],
        .. Feedback(told, known, isAskedAnew),
        .. Compensation(told, known),
        .. Callback(told, known, isAskedAnew),
    ];

    /// <summary>Whether this delivery keeps a consent to another number: only where somebody is to phone.</summary>
    public static bool WantsCallback(Told told) => told.SupervisorAsked || told.CompensationStage == 2;

    /// <summary>Keyed, so that an id cannot be found by trying all of them without the key.</summary>
    public string CustomerKey(string customerId) => Hash(customerId);

    /// <summary>The same for the same customer, driver and ride.</summary>
    public string MatchKey(string driverId, string rideKey, string customerKey) => Hash($"{driverId}|{rideKey}|{customerKey}");

    /// <summary>A ride's id, or what stands for it: a keyed hash of when it was called, from where and to where.</summary>
    public string RideKey(string? rideId, string? calledAt, string? origin, string? destination) => rideId ?? PlaceKey(calledAt, origin, destination);

    /// <summary>The same for the same instant and the same words, however the time's offset and the words' spaces and letters are written.</summary>
    private string PlaceKey(string? calledAt, string? origin, string? destination) => Hash(string.Create(
        CultureInfo.InvariantCulture, $"{ComplaintFormRules.TimeOf(calledAt)?.UtcTicks}|{Plain(origin)}|{Plain(destination)}"));

    private static string Plain(string? place) =>
        string.Join(' ', Hangul.Composed(place ?? "").ToUpperInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private IEnumerable<CaseEvent> Feedback(Told told, PenaltyCase? known, bool isAskedAnew)
    {
        if (isAskedAnew && told.FeedbackStage == 3 && known is { Promise: PromiseState.Withdrawn })
        {
            return [new FeedbackPromised(told.AskedAt, content.GuidanceFor(Guidance.Feedback, 3).Name)];
        }

        if (told.FeedbackStage > (known?.FeedbackStage ?? 0))
        {
            var guidance = content.GuidanceFor(Guidance.Feedback, told.FeedbackStage).Name;
            return told.FeedbackStage == 3 ? [new FeedbackPromised(told.AskedAt, guidance)] : [new FeedbackAsked(told.FeedbackStage, guidance, told.AskedAt)];
        }

        // Overtaken by a later save of the same ticket: the promise runs from when the customer really asked, and a stage that was told was told.
        return told.FeedbackStage switch
        {
            3 when known is { Promise: PromiseState.Promised, PromisedAt: { } promised } && told.AskedAt < promised => [new PromiseDated(told.AskedAt)],
            1 or 2 when known is not null && new FeedbackDated(told.FeedbackStage, told.AskedAt) is var dated && known.IsDatedBy(dated) => [dated],
            _ => [],
        };
    }

    private IEnumerable<CaseEvent> Compensation(Told told, PenaltyCase? known) => told.CompensationStage > (known?.CompensationStage ?? 0)
        ? [new CompensationAsked(told.CompensationStage, content.GuidanceFor(Guidance.Compensation, told.CompensationStage).Name)]
        : [];

    private static IEnumerable<CaseEvent> Callback(Told told, PenaltyCase? known, bool isAskedAnew)
    {
        if (!WantsCallback(told))
        {
            return [];
        }

        var consent = told.Consent is { } agreed ? ContactStore.ConsentKey(agreed) : null;
        if (known is { Callback: not CallbackState.None } && !isAskedAnew)
        {
            // A consent that was given later than the one in force; an older one that is told again changes nothing.
            return consent is not null && string.CompareOrdinal(consent, known.CallbackConsent) > 0 ? [new CallbackNumberAgreed(consent)] : [];
        }

        var wanted = new CallbackWanted(told.SupervisorAsked ? CallbackCause.SupervisorAsked : CallbackCause.Compensation, consent);
        return known is { Callback: CallbackState.Wanted } ? []
            : told.ConsentMissing.Count > 0 ? [wanted, new CallbackNumberRefused(told.ConsentMissing)]
            : [wanted];
    }

    private Complaint ComplaintOf(string source, ComplaintForm form, DateTimeOffset askedAt)
    {
        var rideKey = RideKey(form.RideId, form.RideCalledAt, form.RideOrigin, form.RideDestination);
        var customerKey = CustomerKey(form.CustomerId!);
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
            rideKey,
            form.DriverId!,
            customerKey,
            Korea.DateOf(ComplaintFormRules.TimeOf(form.RideCalledAt) ?? askedAt),
            form.Unclear == "true",
            MatchKey(form.DriverId!, rideKey, customerKey),
            askedAt,
            form.RideCalledAt is null ? null : askedAt);
    }

    /// <summary>
    /// When the customer spoke: what the ticket says, where that is a time of our calendar. On a clock that runs ahead, a sender's wall-clock
    /// time would lie days back, and a promise made now would be due at once.
    /// </summary>
    private DateTimeOffset AskedAt(string source, ComplaintForm form)
    {
        var now = clock.GetUtcNow();
        var occurred = ComplaintFormRules.TimeOf(form.OccurredAt)!.Value;
        return occurred <= now && now - occurred <= crm.Value.Sources[source].EventAge ? occurred : now;
    }

    private (Consent? Consent, IReadOnlyList<string> Missing) Consent(ComplaintForm form)
    {
        if (form.CallbackPhone is null)
        {
            return (null, []);
        }

        var told = new ConsentForm(
            form.CallbackPhone, form.CallbackReadBack == "true", form.ConsentPurpose, form.ConsentItems, form.ConsentRetention, form.ConsentRightTold == "true",
            ComplaintFormRules.TimeOf(form.ConsentToldAt), ComplaintFormRules.TimeOf(form.ConsentAgreedAt), form.ConsentMethod, form.ConsentScriptVersion);
        return told.Read(form.Agent, content, Latest());
    }

    /// <summary>Business time may run ahead of the wall clock, and a sender may mean either.</summary>
    private DateTimeOffset Latest() => new[] { clock.GetUtcNow(), TimeProvider.System.GetUtcNow() }.Max() + Ahead;

    private static int Number(string? text, int fallback = 0) => text is null ? fallback : int.Parse(text, CultureInfo.InvariantCulture);

    private string Hash(string value) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.UTF8.GetBytes(privacy.Value.HashKey), Encoding.UTF8.GetBytes(value)))[..32];
}

/// <summary>What a webhook told, with nothing left to be parsed.</summary>
/// <param name="AskedAt">When the customer spoke.</param>
/// <param name="Ride">1, or the number of a further ride on the same ticket.</param>
/// <param name="BlockAgreed">Null: not spoken of.</param>
/// <param name="Consent">To being phoned on another number; null where none was given or it is not complete.</param>
/// <param name="ConsentMissing">What keeps another number that was given from being used.</param>
/// <param name="EarlierCase">The case the agent says this belongs to.</param>
/// <param name="PlaceKey">What the ride would be known by if it had been told without its id; null where it was not told in both ways.</param>
public sealed record Told(
    Complaint Complaint,
    Contact Contact,
    DateTimeOffset AskedAt,
    int Ride,
    bool? BlockAgreed,
    int FeedbackStage,
    int CompensationStage,
    bool SupervisorAsked,
    Consent? Consent,
    IReadOnlyList<string> ConsentMissing,
    string? EarlierCase,
    string? PlaceKey = null);

/// <summary>Settings <c>Privacy:*</c>.</summary>
public sealed class PrivacyOptions
{
    public const string Section = "Privacy";

    /// <summary>Key of the hashes that stand for customers and rides; at least 16 characters, never changed while cases are kept.</summary>
    public string HashKey { get; set; } = "";

    /// <summary>Days contact data is kept after a case closed.</summary>
    public int ContactDays { get; set; } = 30;

    /// <summary>Days the rest of a case is kept after it closed.</summary>
    public int CaseDays { get; set; } = 3 * 365;

    /// <summary>Days the access log is kept.</summary>
    public int AccessLogDays { get; set; } = 2 * 365;

    internal IEnumerable<string> Problems() =>
    [
        .. HashKey.Length >= 16 ? Array.Empty<string>() : [$"{Section}:HashKey has {HashKey.Length} characters; at least 16 are required."],
        .. SettingRules.Between($"{Section}:ContactDays", ContactDays, 1, 365),
        .. SettingRules.Between($"{Section}:CaseDays", CaseDays, ContactDays, 3650),
        .. SettingRules.Between($"{Section}:AccessLogDays", AccessLogDays, 365, 3650),
    ];
}
