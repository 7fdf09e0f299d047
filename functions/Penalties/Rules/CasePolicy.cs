namespace Penalties.Rules;

[JsonConverter(typeof(JsonStringEnumConverter<DayKind>))]
public enum DayKind
{
    Calendar,
    Business,
}

/// <summary>The time rules of a case. They travel in the orchestration's input, so a case ends by the rules it began with.</summary>
public sealed record CasePolicy
{
    /// <summary>D+n: days between the promise and the answer.</summary>
    public int Days { get; init; } = 3;

    public DayKind DayKind { get; init; } = DayKind.Calendar;

    public SendWindow Window { get; init; } = new(new(9, 0), new(20, 0));

    /// <summary>Cases due at the same opening are spread over this time, each with an offset of its own.</summary>
    public TimeSpan Spread { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often the driver outcome is asked for after the due date.</summary>
    public TimeSpan OutcomeRecheck { get; init; } = TimeSpan.FromHours(4);

    /// <summary>How long after the due date before a manager has to answer.</summary>
    public TimeSpan OutcomeLimit { get; init; } = TimeSpan.FromDays(7);

    /// <summary>How long after the customer's agreement an unconfirmed block goes to a manager.</summary>
    public TimeSpan BlockLimit { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a sent message may stay without a final result. Longer than the 80 h a provider may take.</summary>
    public TimeSpan DeliveryWatch { get; init; } = TimeSpan.FromHours(96);

    public TimeSpan FirstDeliveryCheck { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan LongestDeliveryCheck { get; init; } = TimeSpan.FromHours(4);

    /// <summary>
    /// How long after the sending was stopped a reserved message is looked up: no run of the sending step lives longer (functionTimeout).
    /// </summary>
    public TimeSpan SettleAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How often a case that may send looks whether sending is still paused.</summary>
    public TimeSpan PauseRecheck { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>The hours of a working day in which managers are reminded.</summary>
    public WorkingHours Working { get; init; } = new(new(9, 0), new(18, 0));

    /// <summary>Working time between two reminders.</summary>
    public TimeSpan RemindEvery { get; init; } = TimeSpan.FromHours(4);

    /// <summary>Working time a manager is waited for before the next level hears of it: two days of nine hours.</summary>
    public TimeSpan EscalateAfter { get; init; } = TimeSpan.FromHours(18);

    /// <summary>How long after the conclusion a driver may appeal.</summary>
    public TimeSpan AppealPeriod { get; init; } = TimeSpan.FromDays(20);

    /// <summary>Working time in which a customer who was promised a callback is to be phoned.</summary>
    public TimeSpan CallbackWithin { get; init; } = TimeSpan.FromHours(9);
}
