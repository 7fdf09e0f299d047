using System.Linq.Expressions;
using System.Text.RegularExpressions;
using FluentValidation;
using Penalties.Outside.Sms;

namespace Penalties.Intake;

/// <summary>What a complaint has to hold (S1–S4, S20, S21). Texts name the field and what is allowed, and never repeat what was sent.</summary>
public sealed partial class ComplaintFormRules : AbstractValidator<ComplaintForm>
{
    private const string TimeWanted = "a time with its offset, such as 2026-09-18T22:30:00+09:00, is required";
    private const string IdWanted = "an id of 1 to 64 letters, digits and ._@:- is required";
    private const string OpenIdWanted = $"{IdWanted}, and no phone number";

    private static readonly TimeSpan OldestRide = TimeSpan.FromDays(90);

    private static readonly string[] Verifications = ["caller", "account_holder", "signed_in", "none"];

    public ComplaintFormRules()
    {
        Must("account", form => form.Account, IsId, OpenIdWanted);
        Must("ticket", form => form.Ticket, IsTicket, "1 to 40 letters and digits are required, and no phone number");
        OneOf("kind", form => form.Kind, ["penalty", "callback"], required: false);
        Must("occurred_at", form => form.OccurredAt, IsTime, TimeWanted);
        Must("inquiry_path", form => form.InquiryPath, KoreanTerms.IsInquiryPath, $"'{string.Join(" ▶ ", KoreanTerms.InquiryPath)}' is required");
        OneOf("call_type", form => form.CallType, KoreanTerms.CallTypeNames);
        OneOf("channel", form => form.Channel, ["chat", "phone"]);
        OneOf("verified", form => form.Verified, Verifications);
        RuleFor(form => form.Verified).NotEqual("signed_in").When(form => form.Channel == "phone").OverridePropertyName("verified")
            .WithMessage("verified: on the phone only 'caller' or 'account_holder' counts.");
        Must("driver_id", form => form.DriverId, IsId, OpenIdWanted);
        Must("customer_id", form => form.CustomerId, Id.IsWellFormed, IdWanted);
        Must("customer_phone", form => form.CustomerPhone, IsPhoneNumber, "a Korean phone number that receives texts, such as 010-0000-0000, is required");
        OneOf("violation", form => form.Violation, KoreanTerms.ViolationNames);
        OneOf("centre", form => form.Centre, KoreanTerms.CentreNames);
        OneOf("block", form => form.Block, ["agreed", "declined", "withdrawn"], required: false);
        OneOf("feedback_stage", form => form.FeedbackStage, ["0", "1", "2", "3"], required: false);
        OneOf("unclear", form => form.Unclear, ["true", "false"], required: false);
        OneOf("compensation_stage", form => form.CompensationStage, ["0", "1", "2"], required: false);
        OneOf("supervisor", form => form.Supervisor, ["true", "false"], required: false);
        OneOf("ride_number", form => form.RideNumber, ["1", "2", "3", "4", "5", "6", "7", "8", "9"], required: false);
        Optional(
            "case_id", form => form.CaseId, id => Penalties.Rules.CaseId.IsWellFormed(id, CaseKind.Penalty),
            "the id of a case, such as pr-5k2m8q0v3x7c9d1f, is required");
        Optional("ride_called_at", form => form.RideCalledAt, IsTime, TimeWanted);
        RuleFor(form => form.RideCalledAt).NotNull().When(form => form.FeedbackStage == "3").OverridePropertyName("ride_called_at")
            .WithMessage($"ride_called_at: the feedback tells the ride's date; {TimeWanted}.");
        RuleFor(form => form).Must(IsRideOf).OverridePropertyName("ride_called_at")
            .WithMessage($"ride_called_at: not after occurred_at and at most {OldestRide.TotalDays:0} days before it is required.");
        Optional("ride_id", form => form.RideId, IsId, OpenIdWanted);
        AtMost("ride_origin", form => form.RideOrigin, 300);
        AtMost("ride_destination", form => form.RideDestination, 300);
        AtMost("customer_name", form => form.CustomerName, 100);
        AtMost("text", form => form.Text, 10_000);
        Optional("agent", form => form.Agent, IsId, OpenIdWanted);
        RuleFor(form => form)
            .Must(form => form.RideId is not null || (form.RideCalledAt is not null && form.RideOrigin is not null && form.RideDestination is not null))
            .OverridePropertyName("ride_id")
            .WithMessage("ride_id: the ride's id, or ride_called_at with ride_origin and ride_destination, is required.");
    }

    /// <summary>ISO 8601 of this century, with seconds or without, and always with its offset: what a text leaves open is not guessed.</summary>
    internal static DateTimeOffset? TimeOf(string? text) =>
        text is not null && TimePattern().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            && time.Year is >= 2000 and < 2100
            ? time
            : null;

    internal static bool IsTicket(string? text) => text is not null && TicketPattern().IsMatch(text) && !PhoneNumber.IsWrittenAs(text);

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[+-][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex TimePattern();

    [GeneratedRegex(@"^[A-Za-z0-9]{1,40}\z")]
    private static partial Regex TicketPattern();

    /// <summary>Ids stand in logs, lists and posts; the customer's own does not, and may be whatever the driver admin calls customers by.</summary>
    private static bool IsId(string text) => Id.IsWellFormed(text) && !PhoneNumber.IsWrittenAs(text);

    private static bool IsPhoneNumber(string text) => PhoneNumber.Parse(text) is not null;

    private static bool IsTime(string text) => TimeOf(text) is not null;

    /// <summary>A ride is complained about after it was called, and not years later: anything else is a slip of the keyboard.</summary>
    private static bool IsRideOf(ComplaintForm form) =>
        TimeOf(form.RideCalledAt) is not { } called || TimeOf(form.OccurredAt) is not { } occurred
        || (called <= occurred + TimeSpan.FromMinutes(5) && called >= occurred - OldestRide);

    private void AtMost(string field, Expression<Func<ComplaintForm, string?>> of, int most) =>
        Optional(field, of, text => text.Length <= most, $"at most {most} characters are allowed");

    private void OneOf(string field, Expression<Func<ComplaintForm, string?>> of, IReadOnlyCollection<string> allowed, bool required = true)
    {
        var say = $"allowed: {string.Join(", ", allowed)}";
        if (required)
        {
            Must(field, of, allowed.Contains, say);
        }
        else
        {
            Optional(field, of, allowed.Contains, say);
        }
    }

    private void Must(string field, Expression<Func<ComplaintForm, string?>> of, Func<string, bool> holds, string say) =>
        RuleFor(of).Must(text => text is not null && holds(text)).OverridePropertyName(field).WithMessage($"{field}: {say}.");

    private void Optional(string field, Expression<Func<ComplaintForm, string?>> of, Func<string, bool> holds, string say) =>
        RuleFor(of).Must(text => text is null || holds(text)).OverridePropertyName(field).WithMessage($"{field}: {say}.");
}
