using System.Globalization;

namespace Penalties.Rules;

/// <summary>A text with a date slot, as kept in <c>Content/message-templates.json</c>.</summary>
/// <param name="Answer">Which answer this template gives.</param>
/// <param name="Body">Holds <see cref="DateSlot"/> exactly where the date goes.</param>
public sealed record MessageTemplate(string Id, int Version, Answer Answer, string Subject, string Body)
{
    /// <summary>The script's own placeholder for a month and a day.</summary>
    public const string DateSlot = "00월 00일";

    public string Name => $"{Id}@{Version}";

    /// <summary>Everything wrong with the template, tried with the longest values; empty when it can be used.</summary>
    public IReadOnlyList<string> Problems()
    {
        var slots = Body.Split(DateSlot).Length - 1;
        var problems = LmsText.Problems(Subject, FeedbackMessage.Fill(Body, new(2026, 12, 31))).Select(problem => $"{Name} {problem}");
        return slots == 1 ? [.. problems] : [.. problems, $"{Name} body: '{DateSlot}' has to stand in it once, not {slots} times."];
    }
}

/// <summary>The feedback SMS as it goes to the provider.</summary>
public sealed record FeedbackMessage(string Subject, string Body, string Template)
{
    /// <summary>Bytes of the body in EUC-KR.</summary>
    public int Bytes => LmsText.Bytes(Body);

    public static FeedbackMessage From(MessageTemplate template, DateOnly date) => new(template.Subject, Fill(template.Body, date), template.Name);

    internal static string Fill(string body, DateOnly date) =>
        body.Replace(MessageTemplate.DateSlot, date.ToString("MM'월 'dd'일'", CultureInfo.InvariantCulture), StringComparison.Ordinal);
}
