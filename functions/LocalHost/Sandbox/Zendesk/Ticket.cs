namespace LocalHost.Sandbox.Zendesk;

/// <summary>One ticket as the account keeps it. Its owner locks.</summary>
internal sealed class Ticket(long id, string subject, long requesterId, DateTimeOffset createdAt)
{
    public const int MostComments = 5_000;

    public long Id { get; } = id;

    public string Status { get; set; } = "open";

    /// <summary>A closed ticket never changes again.</summary>
    public bool Closed => Status == "closed";

    public SortedSet<string> Tags { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<long, JsonElement?> Fields { get; } = [];

    public List<CommentView> Comments { get; } = [];

    public DateTimeOffset CreatedAt { get; } = createdAt;

    public DateTimeOffset UpdatedAt { get; private set; } = createdAt;

    public string UpdatedStamp => Stamp.Text(UpdatedAt);

    /// <summary>Zendesk's stamps have whole seconds; here each write gets one of its own, also on a clock that stands still.</summary>
    public void Touch(DateTimeOffset now)
    {
        var second = Stamp.WholeSecond(now);
        UpdatedAt = second > UpdatedAt ? second : UpdatedAt.AddSeconds(1);
    }

    public TicketView View(string baseUrl) => new()
    {
        Url = $"{baseUrl}/api/v2/tickets/{Id}.json",
        Id = Id,
        CreatedAt = Stamp.Text(CreatedAt),
        UpdatedAt = UpdatedStamp,
        GeneratedTimestamp = UpdatedAt.ToUnixTimeSeconds(),
        Subject = subject,
        Description = Comments.Count > 0 ? Comments[0].Body : subject,
        Status = Status,
        RequesterId = requesterId,
        SubmitterId = requesterId,
        Tags = [.. Tags],
        CustomFields = [.. Fields.Select(f => new CustomField(f.Key, f.Value))],
    };

    public TicketState State() => new(
        Id,
        Status,
        Fields.ToDictionary(f => f.Key, f => f.Value is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null),
        [.. Tags]);
}
