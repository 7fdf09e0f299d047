namespace LocalHost.Sandbox;

/// <summary>A ticket that exists in the CRM; seeding one id again starts that ticket afresh.</summary>
public sealed record SeededTicket
{
    public required long Id { get; init; }

    public string Subject { get; init; } = "대리_고객 이용불편/신고";

    public string Status { get; init; } = "open";

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Custom fields by field id.</summary>
    public IReadOnlyDictionary<long, string?> Fields { get; init; } = new Dictionary<long, string?>();

    /// <summary>User id of who asked: author of the comments there already are.</summary>
    public long RequesterId { get; init; } = 800001;

    /// <summary>When it was made and last changed; null: now.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Public comments there already are, oldest first.</summary>
    public IReadOnlyList<string> Comments { get; init; } = [];
}
