namespace Penalties.Content;

/// <summary>What an agent may say to a customer in a situation: <c>Content/guidance.json</c>, our own words.</summary>
/// <param name="Stage">1 to 3 where a situation has stages, otherwise 0.</param>
/// <param name="Text">May hold slots in braces, such as {접수일}.</param>
public sealed record Guidance(string Id, int Version, string Situation, int Stage, string Title, string Text)
{
    public const string Feedback = "feedback";
    public const string Compensation = "compensation";

    /// <summary>The script an alternative number's consent is asked with.</summary>
    public const string CallbackNumber = "callback-number";

    /// <summary>As the activity log keeps it: what exactly was said stays known when the words change.</summary>
    public string Name => $"{Id}@{Version}";

    /// <summary>The text with its slots filled: the complaint's date, the day told, how long contact data is kept, and which way it was answered.</summary>
    public string Fill(string receivedOn, string? toldBy, int contactDays, string answeredBy) => Text
        .Replace("{접수일}", receivedOn, StringComparison.Ordinal)
        .Replace("{안내일}", toldBy ?? "", StringComparison.Ordinal)
        .Replace("{보관일수}", $"{contactDays}", StringComparison.Ordinal)
        .Replace("{회신방법}", answeredBy, StringComparison.Ordinal);

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
        ReContactSituation.Answered => "re-contact-answered",
        ReContactSituation.Recorded => "re-contact-recorded",
        ReContactSituation.Withdrawn => "re-contact-withdrawn",
    };
}
