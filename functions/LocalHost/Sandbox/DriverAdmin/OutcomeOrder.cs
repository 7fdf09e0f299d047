using LocalHost.Sandbox.DriverAdmin;

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

    /// <summary>Whose record it goes into; null: into nobody's.</summary>
    public string? DriverId { get; init; }

    /// <summary>Where the outcome is pushed to as well (a JSON POST); null: it waits to be looked up.</summary>
    public string? PushTo { get; init; }

    /// <summary>What the push is signed with, <c>whsec_</c> and base64; null: the account's own secret. Another one makes a wrong signature.</summary>
    public string? PushSecret { get; init; }

    /// <summary>How often the same message is pushed, one after the other, 1 to 1,000; null: once, and the answer is no array.</summary>
    public int? Repeat { get; init; }

    internal IReadOnlyList<string> Problems()
    {
        const int most = 1_000;
        (bool Wrong, string Problem)[] checks =
        [
            (!Kinds.Contains(Kind), $"kind '{Kind}' is not one of: {string.Join(", ", Kinds)}"),
            (PushSecret is not null && !OutcomePush.IsSecret(PushSecret), "pushSecret must be whsec_ and base64"),
            (Repeat is < 1 or > most, $"repeat must be 1 to {most}"),
            (Repeat is not null && PushTo is null, "repeat belongs to outcomes with pushTo"),
        ];
        return [.. checks.Where(c => c.Wrong).Select(c => c.Problem)];
    }
}

internal sealed record ConcludedOutcome(string CaseId, string Kind, string DecidedBy, DateTimeOffset ConcludedAt);
