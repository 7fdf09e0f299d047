using Microsoft.Extensions.Options;
using Penalties.Content;
using Penalties.Rules;

namespace Rules.Tests;

/// <summary>Builders: a complaint and a case with nothing special about them.</summary>
internal static class A
{
    public static readonly DateTimeOffset Friday = Kst("2026-09-18 22:30");

    public static readonly Complaint Complaint = new(
        "zendesk", "kmob", "4711", CaseKind.Penalty, Channel.Phone, CallType.General, Verification.Caller, Violation.RecklessDriving, Centre.Koc,
        "R-1", "D-1", "customer-key", new(2026, 9, 18), Unclear: false);

    /// <summary>The product's own data files.</summary>
    public static readonly ProductContent Content = new(Options.Create(new HolidayOptions()));

    public static PenaltyCase Case(Complaint? complaint = null) =>
        Transitions.File(new(CaseId.Of("kmob", "4711", CaseKind.Penalty), complaint ?? Complaint), Friday);

    /// <summary>A supervisor is to phone the customer of <see cref="Case"/>.</summary>
    public static PenaltyCase Callback() => Transitions.File(
        new(CaseId.Of("kmob", "4711", CaseKind.Callback), Complaint with { Kind = CaseKind.Callback }, About: CaseId.Of("kmob", "4711", CaseKind.Penalty)), Friday);

    public static Notice Notice(string key) => new(key, NoticeKind.HandedOver, Friday.AddMinutes(1), Reason: HandoverReason.Requested);

    public static DateTimeOffset Kst(string text) => new(DateTime.Parse(text, System.Globalization.CultureInfo.InvariantCulture), Korea.Offset);

    /// <summary>The case after events that it must allow, each a minute after the one before.</summary>
    public static PenaltyCase After(this PenaltyCase start, params CaseEvent[] events)
    {
        var at = start.FiledAt;
        return events.Aggregate(start, (current, happened) =>
        {
            at += TimeSpan.FromMinutes(1);
            var transition = Transitions.Apply(current, happened, at);
            return transition.Case ?? throw new Xunit.Sdk.XunitException(transition.Refusal!.ToString());
        });
    }
}
