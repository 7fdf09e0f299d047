using System.Text.Json;
using LocalHost.Durable.History;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Storage;

/// <summary>The row that says where an instance is. Together with its epoch row it is all that a start-up reads of a sleeping instance.</summary>
internal sealed record StatusRow(string InstanceId, ExecutionStarted Start, OrchestrationRuntimeStatus Status)
{
    private const string Live = "Live";

    /// <summary>What a start-up needs: neither input nor output.</summary>
    public static readonly IReadOnlyList<string> Wakeup =
    [
        "Id", "Name", "ExecutionId", "CreatedAt", nameof(Start.ScheduledStartTime),
        nameof(Status), nameof(Rows), nameof(Alarm), nameof(OpenActivities), Storage.Poison.Flag, Live,
    ];

    /// <summary>What a list shows.</summary>
    public static readonly IReadOnlyList<string> Summary = [.. Wakeup, nameof(UpdatedAt), nameof(Start.Version), nameof(Start.Tags)];

    /// <summary>Which run the instance is in.</summary>
    public static readonly IReadOnlyList<string> Current = ["ExecutionId"];

    public static RowRange LiveOnes { get; } = TaskHubKeys.Statuses with { WhereTrue = Live, Values = Wakeup };

    public DateTimeOffset UpdatedAt { get; init; }

    public string? Output { get; init; }

    public string? CustomStatus { get; init; }

    public Failure? Failure { get; init; }

    /// <summary>How many turn rows this run has; 0 before its first turn.</summary>
    public int Rows { get; init; }

    /// <summary>The earliest timer that has not fired.</summary>
    public DateTimeOffset? Alarm { get; init; }

    public int OpenActivities { get; init; }

    /// <summary>Why it is set aside, where it is.</summary>
    public Poison? Poison { get; init; }

    /// <summary>The source of the rewind that was answered last without a turn.</summary>
    public string? Answered { get; init; }

    /// <summary>What is wrong with the row; the rest of it is as far as it could be read.</summary>
    public string? Unreadable { get; init; }

    public bool IsLive => Status is OrchestrationRuntimeStatus.Pending or OrchestrationRuntimeStatus.Running or OrchestrationRuntimeStatus.Suspended;

    private RunName Run => new(InstanceId, Start.ExecutionId);

    /// <summary>The whole row, for the first write of a run. What is empty is left out: there is nothing it would have to wipe.</summary>
    public Dictionary<string, object> Whole()
    {
        var values = Progress(withCustomStatus: true);
        values["Id"] = InstanceId;
        values["Name"] = Start.Name;
        values["ExecutionId"] = Start.ExecutionId;
        values["CreatedAt"] = Utc(Start.Timestamp);
        values["Version"] = Start.Version ?? string.Empty;
        values["TraceParent"] = Start.TraceParent ?? string.Empty;
        RowText.Write(values, "Input", Start.Input, Run);
        RowText.Write(values, "Tags", Start.Tags is { } tags ? JsonSerializer.Serialize(tags, HistoryJson.Stored.DictionaryStringString) : null, Run);
        RowText.Write(values, "Parent", Start.Parent is { } parent ? JsonSerializer.Serialize(parent, HistoryJson.Stored.ParentInstance) : null, Run);
        if (Rows == 0)
        {
            // Else the history has it.
            RowText.Write(values, nameof(Start.TakenIn), Start.TakenIn is { } sources ? JsonSerializer.Serialize(sources, HistoryJson.Stored.ListString) : null, Run);
        }

        if (Start.ScheduledStartTime is { } startAt)
        {
            values[nameof(Start.ScheduledStartTime)] = Storable(Utc(startAt));
        }

        foreach (var (name, value) in Poison?.Values() ?? [])
        {
            values[name] = value;
        }

        foreach (var (name, _) in values.Where(static value => value.Value is "" or 0))
        {
            values.Remove(name);
        }

        return values;
    }

    /// <summary>What a later turn changes.</summary>
    public Dictionary<string, object> Progress(bool withCustomStatus)
    {
        var values = new Dictionary<string, object>
        {
            [nameof(Status)] = Status.ToString(),
            [Live] = IsLive,
            [nameof(UpdatedAt)] = UpdatedAt,
            [nameof(Rows)] = Rows,
            [nameof(OpenActivities)] = OpenActivities,

            // A merge can not remove a value: the end of time stands for no alarm.
            [nameof(Alarm)] = Storable(Alarm ?? Never),
        };
        RowText.Write(values, nameof(Output), Output, Run);
        RowText.Write(values, nameof(Failure), Failure is null ? null : JsonSerializer.Serialize(Failure, HistoryJson.Stored.Failure), Run);
        if (withCustomStatus)
        {
            RowText.Write(values, nameof(CustomStatus), CustomStatus, Run);
        }

        return values;
    }

    /// <summary>What an answer without a turn changes.</summary>
    public static Dictionary<string, object> Answer(string source) => new() { [nameof(Answered)] = source };

    /// <summary>Never fails: of a row that can not be read it tells why.</summary>
    public static StatusRow From(TaskHubRow row)
    {
        try
        {
            var status = Read(row);
            return status.IsLive ? status with { Poison = Poison.From(row) } : status;
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or InvalidDataException)
        {
            return Rest(row, $"The status row '{row.Key}' can not be read: {e.Message}");
        }
    }

    private static StatusRow Read(TaskHubRow row)
    {
        var start = new ExecutionStarted(row.Text("Name") ?? string.Empty, row.Text("ExecutionId") ?? throw new InvalidDataException("It names no run."))
        {
            Timestamp = row.Instant("CreatedAt")?.UtcDateTime ?? default,
            Version = row.Text("Version") ?? string.Empty,
            TraceParent = row.Text("TraceParent"),
            Input = RowText.Read(row, "Input"),
            Tags = RowText.Read(row, "Tags") is { } tags ? JsonSerializer.Deserialize(tags, HistoryJson.Stored.DictionaryStringString) : null,
            Parent = RowText.Read(row, "Parent") is { } parent ? JsonSerializer.Deserialize(parent, HistoryJson.Stored.ParentInstance) : null,
            TakenIn = RowText.Read(row, nameof(Start.TakenIn)) is { } sources ? JsonSerializer.Deserialize(sources, HistoryJson.Stored.ListString) : null,
            ScheduledStartTime = row.Instant(nameof(ExecutionStarted.ScheduledStartTime))?.UtcDateTime,
        };
        var alarm = row.Instant(nameof(Alarm));
        var status = StatusOf(row) ?? throw new InvalidDataException($"'{row.Text(nameof(Status))}' is no status.");
        return new(row.Text("Id") ?? throw new InvalidDataException("It names no instance."), start, status)
        {
            UpdatedAt = row.Instant(nameof(UpdatedAt)) ?? default,
            Output = RowText.Read(row, nameof(Output)),
            CustomStatus = RowText.Read(row, nameof(CustomStatus)),
            Failure = RowText.Read(row, nameof(Failure)) is { } failure ? JsonSerializer.Deserialize(failure, HistoryJson.Stored.Failure) : null,
            Rows = row.Number(nameof(Rows)),
            Alarm = alarm == Never ? null : alarm,
            OpenActivities = row.Number(nameof(OpenActivities)),
            Answered = row.Text(nameof(Answered)),
        };
    }

    /// <summary>Name, run and status where these can be told; a status that can not is Running, or Failed where the row says that it has ended.</summary>
    private static StatusRow Rest(TaskHubRow row, string cause)
    {
        var start = new ExecutionStarted(row.Text("Name") ?? string.Empty, row.Text("ExecutionId") ?? string.Empty)
        {
            Timestamp = row.Instant("CreatedAt")?.UtcDateTime ?? default,
            Version = row.Text("Version"),
        };
        var status = StatusOf(row) ?? (row.Flag(Live) ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Failed);
        return new(TaskHubKeys.InstanceOf(row.Key), start, status)
        {
            UpdatedAt = row.Instant(nameof(UpdatedAt)) ?? default,
            Rows = row.Number(nameof(Rows)),
            Unreadable = cause,
            Poison = Poison.From(row),
        };
    }

    private static OrchestrationRuntimeStatus? StatusOf(TaskHubRow row) =>
        Enum.TryParse<OrchestrationRuntimeStatus>(row.Text(nameof(Status)), out var status) && Enum.IsDefined(status) ? status : null;

    private static readonly DateTimeOffset Earliest = new(1601, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Never = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    /// <summary>A table knows no time before 1601; what was due then is due now.</summary>
    private static DateTimeOffset Storable(DateTimeOffset time) => time < Earliest ? Earliest : time;

    private static DateTimeOffset Utc(DateTime time) => new(DateTime.SpecifyKind(time, DateTimeKind.Utc));
}
