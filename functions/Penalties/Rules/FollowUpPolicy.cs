namespace Penalties.Rules;

/// <summary>When a feedback promise is due, looked at again, and what the customer is told.</summary>
public static class FollowUpPolicy
{
    /// <summary>
    /// First instant inside the send window on the KST date of the promise plus D days, moved by the case's own offset within the spread.
    /// </summary>
    public static DateTimeOffset Due(DateTimeOffset promisedAt, string caseId, CasePolicy policy, Holidays holidays)
    {
        var promised = Korea.DateOf(promisedAt);
        var date = policy.DayKind switch
        {
            DayKind.Calendar => promised.AddDays(policy.Days),
            DayKind.Business => holidays.AddWorkingDays(promised, policy.Days),
        };

        return Korea.At(date, policy.Window.Opens) + OffsetOf(caseId, policy.Spread);
    }

    /// <summary>When the driver admin is asked next: at the due date, then every recheck interval, always inside the window.</summary>
    public static DateTimeOffset NextOutcomeCheck(DateTimeOffset due, DateTimeOffset? lastCheck, CasePolicy policy) =>
        lastCheck is { } last && last >= due ? policy.Window.NextInside(last + policy.OutcomeRecheck) : due;

    /// <summary>When the provider is asked next about a sent message: soon at first, then at doubling distances.</summary>
    public static DateTimeOffset NextDeliveryCheck(DateTimeOffset sentAt, DateTimeOffset? lastCheck, CasePolicy policy)
    {
        var last = lastCheck is { } check && check > sentAt ? check : sentAt;
        var distance = TimeSpan.FromTicks(Math.Clamp((last - sentAt).Ticks, policy.FirstDeliveryCheck.Ticks, policy.LongestDeliveryCheck.Ticks));
        var watchEnds = sentAt + policy.DeliveryWatch;
        return last + distance < watchEnds ? last + distance : watchEnds;
    }

    /// <summary>The last day the customer was told: the due date, or two days after a re-contact that asked when. It never delays the SMS.</summary>
    public static DateOnly ToldDate(DateTimeOffset due, DateTimeOffset? askedWhenAt)
    {
        var original = Korea.DateOf(due);
        return askedWhenAt is { } asked && Korea.DateOf(asked).AddDays(2) is var later && later > original ? later : original;
    }

    /// <summary>When an answer that waits for a person is handed over at the latest: as the last working day before the day told begins.</summary>
    public static DateTimeOffset HandOverBy(DateOnly told, CasePolicy policy, Holidays holidays) =>
        Korea.At(holidays.LastWorkingDayBefore(told), policy.Working.Opens);

    private static TimeSpan OffsetOf(string caseId, TimeSpan spread)
    {
        if (spread <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        // FNV-1a: the same on every machine and in every version, unlike string.GetHashCode.
        var hash = caseId.Aggregate(2166136261u, static (h, c) => (h ^ c) * 16777619u);
        return TimeSpan.FromSeconds(hash % (uint)(spread.TotalSeconds + 1));
    }
}
