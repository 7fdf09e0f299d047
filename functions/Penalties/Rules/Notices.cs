namespace Penalties.Rules;

/// <summary>Of what a centre's managers hear in their own place on the board.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeKind>))]
public enum NoticeKind
{
    /// <summary>Is a penalty request filed?</summary>
    DecisionAsked,

    /// <summary>A matter was handed over, for its reason.</summary>
    HandedOver,

    /// <summary>The answer that was asked for before it was due comes by itself after all.</summary>
    AnswerTakenBack,

    /// <summary>A customer is to be phoned.</summary>
    CallbackDue,
    ReContacted,

    /// <summary>Somebody may be in danger.</summary>
    Urgent,

    /// <summary>What was asked still waits.</summary>
    Reminder,

    /// <summary>The same for too long: the next level is told.</summary>
    Escalation,

    /// <summary>The day the customer was told has passed.</summary>
    AnswerOverdue,
}

/// <summary>What a centre's managers have to hear of exactly once; the key marks it in their place. Ids and dates only.</summary>
/// <param name="At">When it came to be owed.</param>
/// <param name="Number">Of the reminder, or of the re-contact.</param>
/// <param name="Told">The day the customer was told, where that is what it is about.</param>
public sealed record Notice(string Key, NoticeKind Kind, DateTimeOffset At, int Number = 0, HandoverReason? Reason = null, DateOnly? Told = null);

/// <summary>
/// Which events a centre's managers hear of. A penalty request is none of them: its post, with the managers' mention, hands it over. An event makes one
/// notice at most, and what follows from the state is told whatever event led there.
/// </summary>
public static class Notices
{
    /// <param name="before">Null for the first event of a case.</param>
    internal static PenaltyCase After(PenaltyCase next, PenaltyCase? before, CaseEvent happened, DateTimeOffset at) => For(next, before, happened) is { } notice
        ? next with { NoticesOwed = [.. next.NoticesOwed, notice with { Key = $"m{next.Seq}", At = at }] }
        : next;

    /// <summary>Whether a notice that was not sent yet still says what is so. One that does not is owed no more.</summary>
    public static bool Holds(PenaltyCase current, Notice notice) => notice.Kind switch
    {
        NoticeKind.DecisionAsked => current.Decision is DecisionState.Awaited,
        NoticeKind.HandedOver => current.Handover is HandoverState.WithManager,
        NoticeKind.AnswerTakenBack => !current.AnswerWithManager,
        NoticeKind.CallbackDue => current.Callback is CallbackState.Due,
        NoticeKind.Urgent => true,
        NoticeKind.AnswerOverdue => current.Promise is PromiseState.Promised,
        NoticeKind.Escalation => current.ManagerAsked,

        // The next of its kind says the same once more.
        NoticeKind.ReContacted => current.ReContacts == notice.Number,
        NoticeKind.Reminder => current.Reminders == notice.Number,
    };

    internal static Notice[] Without(IReadOnlyList<Notice> owed, CaseEvent done) => [.. owed.Where(notice => !KeysOf(done).Contains(notice.Key))];

    /// <summary>What was told or dropped is neither told nor dropped again: an entry of the log stands for one post.</summary>
    internal static Refusal? Refuse(PenaltyCase current, CaseEvent done) =>
        KeysOf(done).Except(current.NoticesOwed.Select(notice => notice.Key)).FirstOrDefault() is { } key
            ? new(RefusalKind.AlreadyInTargetState, "notices", $"without {key}", done.GetType().Name)
            : null;

    private static Notice? For(PenaltyCase next, PenaltyCase? before, CaseEvent happened) => happened switch
    {
        HandedToManager handed => Of(NoticeKind.HandedOver) with { Reason = handed.Reason },
        CaseReopened => Of(NoticeKind.HandedOver) with { Reason = HandoverReason.Reopened },
        AnswerTakenBack => Of(NoticeKind.AnswerTakenBack),
        ReContacted => Of(NoticeKind.ReContacted, next.ReContacts),
        ManagerReminded { Kind: ReminderKind.Waiting } reminded => Of(NoticeKind.Reminder, reminded.Number),
        ManagerReminded { Kind: ReminderKind.Escalated } => Of(NoticeKind.Escalation),
        ManagerReminded { Kind: ReminderKind.AnswerOverdue } overdue => Of(NoticeKind.AnswerOverdue) with { Told = overdue.Told },
        _ when next.Decision is DecisionState.Awaited && before?.Decision is not DecisionState.Awaited => Of(NoticeKind.DecisionAsked),
        _ when IsToBePhoned(next, before, happened) => Of(NoticeKind.CallbackDue),
        _ when IsUrgent(next) && !(before is not null && IsUrgent(before)) => Of(NoticeKind.Urgent),
        _ => null,
    };

    /// <summary>Asked for, or tried three times and then by a manager's decision once more.</summary>
    private static bool IsToBePhoned(PenaltyCase next, PenaltyCase? before, CaseEvent happened) =>
        next.Callback is CallbackState.Due && (before?.Callback is not CallbackState.Due || happened is HandoverSettled);

    private static bool IsUrgent(PenaltyCase current) => current.Complaint is { Kind: CaseKind.Penalty, IsUrgent: true };

    private static IReadOnlyList<string> KeysOf(CaseEvent done) => done switch
    {
        ManagersTold told => [told.Notice.Key],
        NoticesDropped dropped => dropped.Keys,
        _ => [],
    };

    private static Notice Of(NoticeKind kind, int number = 0) => new("", kind, default, number);
}
