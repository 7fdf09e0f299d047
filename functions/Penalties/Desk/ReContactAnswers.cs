using Penalties.Content;
using Penalties.Intake;

namespace Penalties.Desk;

/// <summary>What an agent may truthfully say to a customer who asks again: made of the case's state, in the words of the guidance.</summary>
public sealed class ReContactAnswers(Snapshots snapshots, ProductContent content, IOptions<PrivacyOptions> privacy)
{
    public ReContactAnswer Of(PenaltyCase current, bool askedWhen)
    {
        var about = snapshots.Of(current);
        var situation = ReContactSituations.Of(current, askedWhen, about.Proves);
        var toldBy = snapshots.ToldBy(current, askedWhen);
        var slots = GuidanceSlots.Of(current, toldBy, Korea.DateOf(about.At), privacy.Value.ContactDays);
        var guidance = content.GuidanceFor(Guidance.SituationOf(situation));
        return new(
            current.Id,
            current.State.ToString(),
            current.ReContacts,
            slots.ReceivedOn,
            toldBy is { } told ? BoardText.Day(told) : null,
            current.Promise is PromiseState.Answered,
            situation,
            guidance.Fill(slots),
            guidance.Name);
    }

    /// <summary>What happens to the case when the customer is told this.</summary>
    public ReContacted Told(PenaltyCase current, bool askedWhen) =>
        new(askedWhen, content.GuidanceFor(Guidance.SituationOf(ReContactSituations.Of(current, askedWhen, snapshots.Of(current).Proves))).Name);
}

/// <param name="ReceivedOn">The complaint's date, such as "09월 18일".</param>
/// <param name="ToldBy">The date the customer is told; null without an open promise.</param>
/// <param name="Answered">The answer was given before this contact.</param>
/// <param name="Say">What may be said, in words.</param>
/// <param name="Guidance">Name and version of those words.</param>
public sealed record ReContactAnswer(
    string Id, string State, int ReContacts, string ReceivedOn, string? ToldBy, bool Answered, ReContactSituation Situation, string Say, string Guidance)
{
    public static ReContactAnswer Example => new(
        "pr-5k2m8q0v3x7c9d1f", nameof(CaseState.AnswerPromised), 1, "09월 18일", "09월 22일", false, ReContactSituation.AskedWhen,
        "기다려 주셔서 감사합니다. … 1~2일 내로, 09월 22일까지 고객님께 연락드릴 수 있도록 노력하겠습니다.", "re-contact-asked-when@1");
}
