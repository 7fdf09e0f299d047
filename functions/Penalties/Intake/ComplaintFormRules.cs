using System.Globalization;
using System.Linq.Expressions;
using FluentValidation;
using Penalties.Outside.Sms;
using Penalties.Rules;

namespace Penalties.Intake;

/// <summary>What a complaint has to hold (S1–S4, S20, S21). Texts name the field and what is allowed, and never repeat what was sent.</summary>
public sealed class ComplaintFormRules : AbstractValidator<ComplaintForm>
{
    private static readonly string[] Verifications = ["caller", "account_holder", "signed_in", "none"];

    public ComplaintFormRules()
    {
        Text("account", form => form.Account, 100);
        Text("ticket", form => form.Ticket, 40);
        OneOf("kind", form => form.Kind, ["penalty"], required: false);
        Must("occurred_at", form => form.OccurredAt, IsTime, "a time such as 2026-09-18T22:30:00+09:00 is required");
        Must("inquiry_path", form => form.InquiryPath, KoreanTerms.IsInquiryPath, $"'{string.Join(" ▶ ", KoreanTerms.InquiryPath)}' is required");
        OneOf("call_type", form => form.CallType, KoreanTerms.CallTypeNames);
        OneOf("channel", form => form.Channel, ["chat", "phone"]);
        OneOf("verified", form => form.Verified, Verifications);
        RuleFor(form => form.Verified).NotEqual("signed_in").When(form => form.Channel == "phone").OverridePropertyName("verified")
            .WithMessage("verified: on the phone only 'caller' or 'account_holder' counts.");
        Text("driver_id", form => form.DriverId, 64);
        Text("customer_id", form => form.CustomerId, 64);
        Must("customer_phone", form => form.CustomerPhone, IsPhoneNumber, "a Korean phone number such as 010-1234-5678 is required");
        OneOf("violation", form => form.Violation, KoreanTerms.ViolationNames);
        OneOf("centre", form => form.Centre, KoreanTerms.CentreNames);
        OneOf("block", form => form.Block, ["agreed", "declined"], required: false);
        OneOf("feedback_stage", form => form.FeedbackStage, ["0", "1", "2", "3"], required: false);
        OneOf("unclear", form => form.Unclear, ["true", "false"], required: false);
        Optional("ride_called_at", form => form.RideCalledAt, IsTime, "a time such as 2026-09-18T22:30:00+09:00 is required");
        Optional("ride_id", form => form.RideId, text => text.Length <= 64, "at most 64 characters are allowed");
        RuleFor(form => form)
            .Must(form => form.RideId is not null || (form.RideCalledAt is not null && form.RideOrigin is not null && form.RideDestination is not null))
            .OverridePropertyName("ride_id")
            .WithMessage("ride_id: the ride's id, or ride_called_at with ride_origin and ride_destination, is required.");
    }

    internal static DateTimeOffset? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static bool IsPhoneNumber(string text) => PhoneNumber.Parse(text) is not null;

    private static bool IsTime(string text) => TimeOf(text) is not null;

    private void Text(string field, Expression<Func<ComplaintForm, string?>> of, int most) =>
        Must(field, of, text => text.Length <= most, $"a text of 1 to {most} characters is required");

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
