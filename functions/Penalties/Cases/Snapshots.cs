using Penalties.Content;

namespace Penalties.Cases;

/// <summary>Adds to a case what only data can tell: its due date and reminders (holidays), and what its outcome proves (outcome → claims).</summary>
public sealed class Snapshots(ProductContent content, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public CaseSnapshot Of(PenaltyCase current)
    {
        var due = DueOf(current);
        return new(
            current,
            due,
            current.OutcomeKind is { } kind ? content.ClaimsOf(kind) : null,
            ReminderPolicy.Next(current, due, current.Policy, content.Holidays),
            At: clock.GetUtcNow(),
            HandOverBy: due is { } at ? FollowUpPolicy.HandOverBy(FollowUpPolicy.ToldDate(at, current.AskedWhenAt), current.Policy, content.Holidays) : null);
    }

    /// <summary>When the promised answer is due; null where none was promised.</summary>
    public DateTimeOffset? DueOf(PenaltyCase current) => current.PromisedAt is { } promisedAt
        ? FollowUpPolicy.Due(promisedAt, current.Id, current.Policy, content.Holidays)
        : null;

    /// <summary>The day the customer was told, or is told on asking when now; null without an open promise.</summary>
    public DateOnly? ToldBy(PenaltyCase current, bool askedWhen = false) => current.Promise is PromiseState.Promised && DueOf(current) is { } due
        ? FollowUpPolicy.ToldDate(due, askedWhen ? clock.GetUtcNow() : current.AskedWhenAt)
        : null;

    /// <summary>When a supervisor is to have phoned; null on everything but an open callback, and on one that a manager decides about.</summary>
    public DateTimeOffset? CallbackDueOf(PenaltyCase current) => current is { Callback: CallbackState.Due, CallbackTriedOut: false }
        ? ReminderPolicy.CallbackDue(current, current.Policy, content.Holidays)
        : null;

    /// <summary>Years in which the due date was looked for although the holiday table says nothing about them: the date is only a guess.</summary>
    public IReadOnlyList<int> YearsWithoutData(PenaltyCase current) => current is { PromisedAt: { } promisedAt, Policy.DayKind: DayKind.Business }
        ? [.. new[] { Korea.DateOf(promisedAt), Korea.DateOf(DueOf(current)!.Value) }.Where(date => !content.Holidays.Cover(date)).Select(date => date.Year).Distinct()]
        : [];
}
