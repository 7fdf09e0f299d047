using System.Text.Json;
using Azure;
using Azure.Data.Tables;

namespace Penalties.Cases;

/// <summary>
/// Row <c>case|{id}</c>: the case as JSON, the log entries that filed it, and the deliveries it knows. So filing a case is one row and no transaction;
/// a change is merged into it and leaves the filing as it was.
/// </summary>
public sealed class CaseRow : ITableEntity
{
    public const string Prefix = "case|";

    /// <summary>The first key behind all keys that begin with <see cref="Prefix"/>.</summary>
    public const string PrefixEnd = "case}";

    /// <summary>Keys that are remembered, at most two a webhook: as many as surely fit a cell. Whoever repeats an older webhook has a stale signature.</summary>
    private const int MostDeliveries = 400;

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Case { get; set; } = "";

    public long Seq { get; set; }

    /// <summary>The log's first entries, oldest first; null in a change, which leaves them alone.</summary>
    public string? Filing { get; set; }

    /// <summary>Different for every filing: tells our own row from another's after a conflict.</summary>
    public Guid? FiledBy { get; set; }

    /// <summary>Keys of the last webhook deliveries that told the case, the newest last; null in a change that none told.</summary>
    public string? Deliveries { get; set; }

    private string[] Known => Deliveries?.Split(' ', StringSplitOptions.RemoveEmptyEntries) ?? [];

    public static string KeyOf(string caseId) => Prefix + caseId;

    public static CaseRow Filed(PenaltyCase current, IReadOnlyList<LogEntry> filing, IReadOnlyList<string> deliveries)
    {
        var row = Of(current);
        row.Filing = JsonSerializer.Serialize(filing, CaseJson.Options);
        row.FiledBy = Guid.NewGuid();
        row.Deliveries = string.Join(' ', deliveries);
        return row;
    }

    /// <param name="deliveries">Those that told the change; null: none.</param>
    public CaseRow Changed(PenaltyCase current, IReadOnlyList<string>? deliveries)
    {
        var row = Of(current);
        row.Deliveries = deliveries is null ? null : string.Join(' ', Known.Concat(deliveries).TakeLast(MostDeliveries));
        return row;
    }

    /// <summary>Whether the case was told by one of these deliveries before.</summary>
    public bool Knows(IReadOnlyList<string>? deliveries) => deliveries is not null && Known.Intersect(deliveries, StringComparer.Ordinal).Any();

    public PenaltyCase ToCase() => JsonSerializer.Deserialize<PenaltyCase>(Case, CaseJson.Options)
        ?? throw new InvalidDataException($"The row of case {PartitionKey} is empty.");

    private static CaseRow Of(PenaltyCase current) => new()
    {
        PartitionKey = current.Id,
        RowKey = KeyOf(current.Id),
        Case = JsonSerializer.Serialize(current, CaseJson.Options),
        Seq = current.Seq,
    };
}

/// <summary>Row <c>log|00000002|{id}</c>: one entry of the activity log behind the filing, never changed.</summary>
public sealed class LogRow : ITableEntity
{
    public const string Prefix = "log|";

    /// <summary>The first key behind all keys that begin with <see cref="Prefix"/>.</summary>
    public const string PrefixEnd = "log}";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public long Seq { get; set; }

    public DateTimeOffset At { get; set; }

    public string By { get; set; } = "";

    /// <summary>What led to it: the function that recorded it.</summary>
    public string Why { get; set; } = "";

    public string Event { get; set; } = "";

    /// <summary>Different for every transaction: tells our own entry from another's after a conflict.</summary>
    public Guid Writer { get; set; }

    /// <summary>Only read, and only from the case's own row, which holds the first entries.</summary>
    public string? Filing { get; set; }

    public static LogRow Of(PenaltyCase after, CaseEvent happened, Cause cause, DateTimeOffset at, Guid writer) => new()
    {
        PartitionKey = after.Id,
        RowKey = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{after.Seq:D8}|{after.Id}"),
        Seq = after.Seq,
        At = at,
        By = cause.By,
        Why = cause.Why,
        Event = JsonSerializer.Serialize(happened, CaseJson.Options),
        Writer = writer,
    };

    public IReadOnlyList<LogEntry> ToEntries() => Filing is { } filing
        ? JsonSerializer.Deserialize<IReadOnlyList<LogEntry>>(filing, CaseJson.Options)
            ?? throw new InvalidDataException($"The filing of case {PartitionKey} is empty.")
        : [ToEntry()];

    public LogEntry ToEntry() => new(Seq, At, By, Why, JsonSerializer.Deserialize<CaseEvent>(Event, CaseJson.Options)
        ?? throw new InvalidDataException($"Entry {Seq} of case {PartitionKey} is empty."));
}

/// <summary>
/// Row <c>sms|01|{id}</c>: one attempt to answer, in the ledger reserved → sent → delivered, failed or unknown. Written with the case and its log in one
/// transaction; deleted with the contact data, because the reference leads to the number at the provider.
/// </summary>
public sealed class LedgerRow : ITableEntity
{
    public const string Prefix = "sms|";

    /// <summary>The first key behind all keys that begin with <see cref="Prefix"/>.</summary>
    public const string PrefixEnd = "sms}";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = "";

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string State { get; set; } = "";

    public string? Reference { get; set; }

    public string? Template { get; set; }

    public DateTimeOffset ChangedAt { get; set; }

    /// <summary>The ledger row of the attempt the case is at, where an event was about a message.</summary>
    public static LedgerRow? After(PenaltyCase before, PenaltyCase after, CaseEvent happened, DateTimeOffset at)
    {
        if (happened is not (MessageReserved or MessageSent or MessageDelivered or MessageFailed or MessageUnknown))
        {
            return null;
        }

        return new()
        {
            PartitionKey = after.Id,
            RowKey = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{after.MessageAttempt:D2}|{after.Id}"),
            State = after.Message.ToString(),
            Reference = after.MessageReference ?? before.MessageReference,
            Template = after.MessageTemplate ?? before.MessageTemplate,
            ChangedAt = at,
        };
    }
}
