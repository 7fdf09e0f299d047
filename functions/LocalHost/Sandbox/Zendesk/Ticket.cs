using System.Text.Json;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>One ticket as the account keeps it. Its owner locks.</summary>
internal sealed class Ticket(long id, string subject, DateTimeOffset createdAt)
{
    public const int MostComments = 5_000;

    private readonly DateTimeOffset _createdAt = createdAt;

    public long Id { get; } = id;

    public string Status { get; set; } = "open";

    public SortedSet<string> Tags { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<long, JsonElement?> Fields { get; } = [];

    public List<CommentView> Comments { get; } = [];

    public DateTimeOffset UpdatedAt { get; private set; } = createdAt;

    public string UpdatedStamp => Zendesk.Stamp.Text(UpdatedAt);

    /// <summary>Zendesk's stamps have whole seconds; here each write gets one of its own, also on a clock that stands still.</summary>
    public void Touch(DateTimeOffset now)
    {
        var second = Zendesk.Stamp.WholeSecond(now);
        UpdatedAt = second > UpdatedAt ? second : UpdatedAt.AddSeconds(1);
    }

    public TicketView View(string baseUrl) => new(
        Id,
        $"{baseUrl}/api/v2/tickets/{Id}.json",
        subject,
        Status,
        [.. Tags],
        [.. Fields.Select(f => new CustomField(f.Key, f.Value))],
        Zendesk.Stamp.Text(_createdAt),
        UpdatedStamp);

    public TicketState State() => new(
        Id,
        Status,
        Fields.ToDictionary(f => f.Key, f => f.Value is { ValueKind: not JsonValueKind.Null } value ? value.ToString() : null),
        [.. Tags]);
}
