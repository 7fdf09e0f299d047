namespace Penalties.Requests;

/// <summary>Settings <c>FollowUp:*</c>: when a promised answer is due and how long what is waited for.</summary>
public sealed class FollowUpOptions
{
    public const string Section = "FollowUp";

    private static readonly CasePolicy Default = new();

    public int Days { get; set; } = Default.Days;

    public DayKind DayKind { get; set; } = Default.DayKind;

    /// <summary>KST time at which the send window opens.</summary>
    public TimeSpan WindowOpens { get; set; } = Default.Window.Opens.ToTimeSpan();

    /// <summary>KST time at which the send window has closed.</summary>
    public TimeSpan WindowCloses { get; set; } = Default.Window.Closes.ToTimeSpan();

    public TimeSpan Spread { get; set; } = Default.Spread;

    public TimeSpan OutcomeRecheck { get; set; } = Default.OutcomeRecheck;

    public TimeSpan OutcomeLimit { get; set; } = Default.OutcomeLimit;

    public TimeSpan BlockLimit { get; set; } = Default.BlockLimit;

    public TimeSpan DeliveryWatch { get; set; } = Default.DeliveryWatch;

    /// <summary>KST time at which a manager's working day begins.</summary>
    public TimeSpan WorkOpens { get; set; } = Default.Working.Opens.ToTimeSpan();

    public TimeSpan WorkCloses { get; set; } = Default.Working.Closes.ToTimeSpan();

    /// <summary>Working time between two reminders of a manager.</summary>
    public TimeSpan RemindEvery { get; set; } = Default.RemindEvery;

    /// <summary>Working time a manager is waited for before the next level hears of it.</summary>
    public TimeSpan EscalateAfter { get; set; } = Default.EscalateAfter;

    public TimeSpan AppealPeriod { get; set; } = Default.AppealPeriod;

    /// <summary>Working time in which a promised callback is to be made.</summary>
    public TimeSpan CallbackWithin { get; set; } = Default.CallbackWithin;

    internal CasePolicy ToPolicy() => new()
    {
        Days = Days,
        DayKind = DayKind,
        Window = new(TimeOnly.FromTimeSpan(WindowOpens), TimeOnly.FromTimeSpan(WindowCloses)),
        Spread = Spread,
        OutcomeRecheck = OutcomeRecheck,
        OutcomeLimit = OutcomeLimit,
        BlockLimit = BlockLimit,
        DeliveryWatch = DeliveryWatch,
        Working = new(TimeOnly.FromTimeSpan(WorkOpens), TimeOnly.FromTimeSpan(WorkCloses)),
        RemindEvery = RemindEvery,
        EscalateAfter = EscalateAfter,
        AppealPeriod = AppealPeriod,
        CallbackWithin = CallbackWithin,
    };

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.Between($"{Section}:Days", Days, 1, 30),
        .. Enum.IsDefined(DayKind) ? [] : new[] { $"{Section}:DayKind is {DayKind}; allowed: {string.Join(", ", Enum.GetNames<DayKind>())}." },
        .. SettingRules.Between($"{Section}:WindowOpens", WindowOpens, TimeSpan.Zero, new(23, 0, 0)),
        .. SettingRules.Between($"{Section}:WindowCloses", WindowCloses, WindowOpens + TimeSpan.FromMinutes(30), new(23, 59, 59)),
        .. SettingRules.Between($"{Section}:Spread", Spread, TimeSpan.Zero, TimeSpan.FromHours(1)),
        .. SettingRules.Between($"{Section}:OutcomeRecheck", OutcomeRecheck, TimeSpan.FromMinutes(10), TimeSpan.FromDays(1)),
        .. SettingRules.Between($"{Section}:OutcomeLimit", OutcomeLimit, TimeSpan.FromDays(1), TimeSpan.FromDays(60)),
        .. SettingRules.Between($"{Section}:BlockLimit", BlockLimit, TimeSpan.FromHours(1), TimeSpan.FromDays(7)),
        .. SettingRules.Between($"{Section}:DeliveryWatch", DeliveryWatch, TimeSpan.FromHours(81), TimeSpan.FromDays(14)),
        .. SettingRules.Between($"{Section}:WorkOpens", WorkOpens, TimeSpan.Zero, new(22, 0, 0)),
        .. SettingRules.Between($"{Section}:WorkCloses", WorkCloses, WorkOpens + TimeSpan.FromHours(1), new(23, 59, 59)),
        .. SettingRules.Between($"{Section}:RemindEvery", RemindEvery, TimeSpan.FromMinutes(30), TimeSpan.FromDays(5)),
        .. SettingRules.Between($"{Section}:EscalateAfter", EscalateAfter, TimeSpan.FromHours(1), TimeSpan.FromDays(30)),
        .. SettingRules.Between($"{Section}:AppealPeriod", AppealPeriod, TimeSpan.FromDays(1), TimeSpan.FromDays(365)),
        .. SettingRules.Between($"{Section}:CallbackWithin", CallbackWithin, TimeSpan.FromHours(1), TimeSpan.FromDays(5)),
    ];
}
