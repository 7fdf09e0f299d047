using Penalties.Content;
using Penalties.Intake;

namespace Penalties.Desk;

/// <summary>What an agent may truthfully say to a customer who asks again: made of the case's state, in the words of the guidance.</summary>
public sealed class ReContactAnswers(Snapshots snapshots, ProductContent content, IOptions<PrivacyOptions> privacy)
{
    public ReContactAnswer Of(PenaltyCase current, bool askedWhen)
    {
        var situation = ReContactSituations.Of(current, askedWhen);
        var receivedOn = BoardText.Day(current.ComplainedOn);
        var toldBy = current.Promise is PromiseState.Promised && snapshots.DueOf(current) is { } due
            ? BoardText.Day(FollowUpPolicy.ToldDate(due, current.AskedWhenAt))
            : null;
        var guidance = content.GuidanceFor(Guidance.SituationOf(situation));
        return new(
            current.Id,
            current.State.ToString(),
            current.ReContacts,
            receivedOn,
            toldBy,
            current.Promise is PromiseState.Answered,
            situation,
            guidance.Fill(receivedOn, toldBy, privacy.Value.ContactDays, Guidance.WayOf(current.AnsweredBy)),
            guidance.Name);
    }
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
        "09월 18일에 접수된 내용으로 지금 처리 중이며, 09월 22일까지 연락드릴 수 있도록 하겠습니다. 오래 기다리시게 해 죄송합니다.", "re-contact-asked-when@1");
}
