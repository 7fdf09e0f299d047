namespace LocalHost.Sandbox;

/// <summary>A person concluded what becomes of a driver.</summary>
public sealed record OutcomeOrder
{
    /// <summary>The kinds of outcome there are.</summary>
    public static readonly IReadOnlyList<string> Kinds =
        ["monitoring", "re-education", "warning", "dispatch-restriction", "app-suspension", "no-violation"];

    public required string CaseId { get; init; }

    /// <summary>One of <see cref="Kinds"/>.</summary>
    public required string Kind { get; init; }

    public required string DecidedBy { get; init; }

    public required DateTimeOffset ConcludedAt { get; init; }

    /// <summary>Where the outcome is pushed to as well (a JSON POST); null: it waits to be looked up.</summary>
    public string? PushTo { get; init; }

    /// <summary>What the push is signed with; null: the account's own secret.</summary>
    public string? PushSecret { get; init; }
}

internal sealed record ConcludedOutcome(string CaseId, string Kind, string DecidedBy, DateTimeOffset ConcludedAt);
