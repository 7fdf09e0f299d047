using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using Azure.Data.Tables;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Row <c>case</c>: the case as JSON.</summary>
public sealed class CaseRow : ITableEntity
{
    public const string Key = "case";

    public string PartitionKey { get; set; } = "";

    public string RowKey { get; set; } = Key;

    public DateTimeOffset? Timestamp { get; set; }

    public ETag ETag { get; set; }

    public string Case { get; set; } = "";

    public long Seq { get; set; }

    public static CaseRow Of(PenaltyCase current) => new()
    {
        PartitionKey = current.Id,
        Case = JsonSerializer.Serialize(current, CaseJson.Options),
        Seq = current.Seq,
    };

    public PenaltyCase ToCase() => JsonSerializer.Deserialize<PenaltyCase>(Case, CaseJson.Options)
        ?? throw new InvalidDataException($"The row of case {PartitionKey} is empty.");
}

/// <summary>Row <c>log|00000001</c>: one entry of the activity log, never changed.</summary>
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

    public string Event { get; set; } = "";

    /// <summary>Different for every transaction: tells our own entry from another's after a conflict.</summary>
    public Guid Writer { get; set; }

    public static LogRow Of(PenaltyCase after, CaseEvent happened, string by, DateTimeOffset at, Guid writer) => new()
    {
        PartitionKey = after.Id,
        RowKey = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{after.Seq:D8}"),
        Seq = after.Seq,
        At = at,
        By = by,
        Event = JsonSerializer.Serialize(happened, CaseJson.Options),
        Writer = writer,
    };

    public LogEntry ToEntry() => new(Seq, At, By, JsonSerializer.Deserialize<CaseEvent>(Event, CaseJson.Options)
        ?? throw new InvalidDataException($"Entry {Seq} of case {PartitionKey} is empty."));
}

/// <summary>How cases, events and snapshots are written: names as declared, enums by name, nothing of what is not set.</summary>
public static class CaseJson
{
    public static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter() },
    };
}
