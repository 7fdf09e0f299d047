namespace Penalties.Rules;

/// <summary>When a person who is waited for is reminded, and of what.</summary>
public static class ReminderPolicy
{
    /// <summary>The next reminder of a case; null while nobody has to be reminded of anything.</summary>
    /// <param name="due">When the promised answer is due; null without a promise.</param>
    public static Reminder? Next(PenaltyCase current, DateTimeOffset? due, CasePolicy policy, Holidays holidays) =>
        new[] { Waiting(current, policy, holidays), Escalation(current, policy, holidays), Overdue(current, due, policy, holidays) }
            .OfType<Reminder>().OrderBy(reminder => reminder.At).ThenByDescending(reminder => reminder.Kind).FirstOrDefault();

    /// <summary>When a supervisor is to have phoned.</summary>
    public static DateTimeOffset CallbackDue(PenaltyCase callback, CasePolicy policy, Holidays holidays) =>
        policy.Working.Add(callback.ManagerAskedAt ?? callback.FiledAt, policy.CallbackWithin, holidays);

    private static Reminder? Waiting(PenaltyCase current, CasePolicy policy, Holidays holidays) => current.ManagerAskedAt is { } asked
        ? new(ReminderKind.Waiting, policy.Working.Add(current.RemindedAt ?? asked, policy.RemindEvery, holidays))
        : null;

    /// <summary>A callback is escalated when its due time has passed, everything else after the policy's time: also one that a manager decides about.</summary>
    private static Reminder? Escalation(PenaltyCase current, CasePolicy policy, Holidays holidays)
    {
        if (current is not { ManagerAskedAt: { } asked, Escalated: false })
        {
            return null;
        }

        var late = current is { Callback: CallbackState.Due, CallbackTriedOut: false }
            ? CallbackDue(current, policy, holidays)
            : policy.Working.Add(asked, policy.EscalateAfter, holidays);
        return new(ReminderKind.Escalated, late);
    }

    /// <summary>
    /// The day the customer was told is over when its send window has closed; people hear of it in their next working hours, whoever has the
    /// answer. It never delays or hastens the message.
    /// </summary>
    private static Reminder? Overdue(PenaltyCase current, DateTimeOffset? due, CasePolicy policy, Holidays holidays)
    {
        if (due is not { } at || current.Promise is not PromiseState.Promised)
        {
            return null;
        }

        var told = FollowUpPolicy.ToldDate(at, current.AskedWhenAt);
        return told == current.OverdueTold ? null : new(ReminderKind.AnswerOverdue, policy.Working.NextInside(Korea.At(told, policy.Window.Closes), holidays));
    }
}

public sealed record Reminder(ReminderKind Kind, DateTimeOffset At);
