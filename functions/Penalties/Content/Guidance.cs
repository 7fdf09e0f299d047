namespace Penalties.Content;

/// <summary>
/// What an agent may say to a customer in a situation: <c>Content/guidance.json</c>. The words are the script's; where it has none, our own. When they
/// may be said is <see cref="GuidanceRule"/>.
/// </summary>
/// <param name="Stage">1 to 3 where a situation has stages, otherwise 0.</param>
/// <param name="Text">Paragraphs separated by blank lines. May hold slots in braces, such as {접수일}.</param>
/// <param name="Channel">phone or chat; null: both.</param>
public sealed record Guidance(string Id, int Version, string Situation, int Stage, string Title, string Text, string? Channel = null)
{
    public const string Feedback = "feedback";
    public const string Compensation = "compensation";

    /// <summary>The script an alternative number's consent is asked with.</summary>
    public const string CallbackNumber = "callback-number";

    public static readonly string[] Channels = ["phone", "chat"];

    /// <summary>As the activity log keeps it: what exactly was said stays known when the words change.</summary>
    public string Name => $"{Id}@{Version}";

    /// <summary>The text with its slots filled.</summary>
    public string Fill(GuidanceSlots slots) => Text
        .Replace("{접수일}", slots.ReceivedOn, StringComparison.Ordinal)
        .Replace("{회신시점}", slots.When, StringComparison.Ordinal)
        .Replace("{보관일수}", $"{slots.ContactDays}", StringComparison.Ordinal)
        .Replace("{회신방법}", slots.Way, StringComparison.Ordinal);

    /// <summary>As a sentence has it; nothing where nobody was answered.</summary>
    internal static string WayOf(AnswerWay? way) => way switch
    {
        AnswerWay.Telephone => "전화로",
        AnswerWay.Text => "문자로",
        null => "",
    };

    /// <summary>Which guidance a re-contact gets; total, so that a new situation needs its words.</summary>
    internal static string SituationOf(ReContactSituation situation) => situation switch
    {
        ReContactSituation.InProgress => "re-contact-in-progress",
        ReContactSituation.AskedWhen => "re-contact-asked-when",
        ReContactSituation.WithManager => "re-contact-with-manager",
        ReContactSituation.WithManagerAskedWhen => "re-contact-with-manager-when",
        ReContactSituation.Answered => "re-contact-answered",
        ReContactSituation.Recorded => "re-contact-recorded",
        ReContactSituation.Withdrawn => "re-contact-withdrawn",
    };
}

/// <summary>What is put into a text.</summary>
/// <param name="ReceivedOn">The complaint's date, such as "09월 18일".</param>
/// <param name="When">Until when the customer is told to hear, such as "1~2일 내로, 09월 22일까지".</param>
/// <param name="Way">Which way the customer was answered, such as "문자로".</param>
/// <param name="ContactDays">How long contact data is kept.</param>
public sealed record GuidanceSlots(string ReceivedOn, string When, string Way, int ContactDays)
{
    /// <summary>The script says "within 1–2 days": only where that is so.</summary>
    private const int Soon = 2;

    /// <summary>Slots left open, as a text is shown that is about no case.</summary>
    public static GuidanceSlots Open(int contactDays) => new("{접수일}", "{회신시점}", "{회신방법}", contactDays);

    /// <param name="toldBy">The day told; null without an open promise.</param>
    /// <param name="today">The day on which it is said; KST.</param>
    public static GuidanceSlots Of(PenaltyCase current, DateOnly? toldBy, DateOnly today, int contactDays)
    {
        var day = toldBy is { } told ? $"{BoardText.Day(told)}까지" : "";
        return new(
            BoardText.Day(current.ComplainedOn),
            toldBy?.DayNumber - today.DayNumber <= Soon ? $"1~2일 내로, {day}" : day,
            Guidance.WayOf(current.AnsweredBy),
            contactDays);
    }
}
