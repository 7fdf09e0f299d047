namespace LocalHost.Sandbox.Zendesk;

/// <summary><c>PUT /api/v2/tickets/{id}.json</c>.</summary>
internal sealed record TicketUpdateBody(TicketChange? Ticket);

internal sealed record TicketChange(
    CommentBody? Comment,
    IReadOnlyList<CustomField>? CustomFields,
    IReadOnlyList<string>? Tags,
    string? Status,
    JsonElement? SafeUpdate,
    string? UpdatedStamp)
{
    public bool IsOutdated(string stamp) => SafeUpdates.IsOutdated(SafeUpdate, UpdatedStamp, stamp);
}

/// <param name="Public">Zendesk's default is true: whoever forgets it writes to the customer.</param>
internal sealed record CommentBody(string? Body, bool? Public, long? AuthorId);

internal sealed record CustomField(long Id, JsonElement? Value);

/// <summary><c>PUT /api/v2/tickets/{id}/tags</c>: adds.</summary>
internal sealed record TagsBody(IReadOnlyList<string>? Tags, JsonElement? SafeUpdate, string? UpdatedStamp)
{
    public bool IsOutdated(string stamp) => SafeUpdates.IsOutdated(SafeUpdate, UpdatedStamp, stamp);
}

internal static class SafeUpdates
{
    /// <summary>The documented form of <c>safe_update</c> is the text <c>"true"</c>; a JSON true is taken as well.</summary>
    public static bool IsOutdated(JsonElement? safeUpdate, string? updatedStamp, string stamp) =>
        safeUpdate is { } safe
        && (safe.ValueKind == JsonValueKind.True || (safe.ValueKind == JsonValueKind.String && safe.GetString() == "true"))
        && updatedStamp != stamp;
}
