namespace Penalties.Rules;

/// <summary>A text with a date slot, as kept in <c>Content/message-templates.json</c>.</summary>
/// <param name="Answer">Which answer this template gives.</param>
/// <param name="Claims">What the text says; each of it has to be true when it is sent.</param>
/// <param name="Body">Holds <see cref="DateSlot"/> exactly where the date goes.</param>
public sealed record MessageTemplate(string Id, int Version, Answer Answer, Claims Claims, string Subject, string Body)
{
    /// <summary>The script's own placeholder for a month and a day.</summary>
    public const string DateSlot = "00월 00일";

    public string Name => $"{Id}@{Version}";

    /// <summary>The text with the longest values its slots can have.</summary>
    public FeedbackMessage Longest => FeedbackMessage.From(this, new(2026, 12, 31));

    /// <summary>Everything wrong with the template, tried with the longest values; empty when it can be used.</summary>
    /// <param name="words">Words that make a claim: a text that holds one makes that claim, and no other may hold it.</param>
    public IReadOnlyList<string> Problems(IReadOnlyDictionary<Claims, IReadOnlyList<string>> words)
    {
        var slots = Body.Split(DateSlot).Length - 1;
        return
        [
            .. LmsText.Problems(Subject, Longest.Body).Select(problem => $"{Name} {problem}"),
            .. slots == 1 ? Array.Empty<string>() : [$"{Name} body: '{DateSlot}' has to stand in it once, not {slots} times."],
            .. words.SelectMany(claim => Unclaimed(claim.Key, claim.Value)),
        ];
    }

    private IEnumerable<string> Unclaimed(Claims claim, IReadOnlyList<string> words) => Claims.HasFlag(claim)
        ? words.Any(word => Body.Contains(word, StringComparison.Ordinal)) ? [] : [$"{Name} body: it claims {claim} and says nothing of it."]
        : words.Where(word => Body.Contains(word, StringComparison.Ordinal)).Select(word => $"{Name} body: '{word}' says {claim}, which it does not claim.");
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
