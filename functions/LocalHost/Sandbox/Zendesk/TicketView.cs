using System.Text.Json.Serialization;

namespace LocalHost.Sandbox.Zendesk;

/// <summary>A ticket as the API shows it. What the sandbox has no idea of (groups, forms, ratings …) is there and empty, as in an account without.</summary>
internal sealed record TicketView
{
    public required string Url { get; init; }

    public required long Id { get; init; }

    public string? ExternalId => null;

    public Via Via { get; } = Via.Web;

    public required string CreatedAt { get; init; }

    public required string UpdatedAt { get; init; }

    /// <summary>Second of the last change of any kind: exports go by it. In the sandbox nothing changes a ticket without updating it.</summary>
    public required long GeneratedTimestamp { get; init; }

    public string? Type => null;

    public required string Subject { get; init; }

    public string RawSubject => Subject;

    public required string Description { get; init; }

    public string? Priority => null;

    public required string Status { get; init; }

    public required long RequesterId { get; init; }

    public required long SubmitterId { get; init; }

    public long? AssigneeId => null;

    public long? OrganizationId => null;

    public long? GroupId => null;

    public bool HasIncidents => false;

    public bool IsPublic => true;

    public string? DueAt => null;

    public required IReadOnlyList<string> Tags { get; init; }

    public required IReadOnlyList<CustomField> CustomFields { get; init; }

    /// <summary>The custom fields once more, as Zendesk does.</summary>
    public IReadOnlyList<CustomField> Fields => CustomFields;

    /// <summary>Only in search results: <c>ticket</c>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ResultType { get; init; }
}
