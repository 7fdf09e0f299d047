using Penalties.Rules;

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
    ];
}
