using System.Text.Json;
using LocalHost.Durable.History;

namespace LocalHost.Durable.Storage;

/// <summary>A turn's events as a row, and messages as a row.</summary>
internal static class TurnRows
{
    private const string Events = "Events";
    private const string Messages = "Messages";

    /// <param name="instanceId">The instance.</param>
    /// <param name="executionId">Its run.</param>
    /// <param name="number">Counts the rows of the run, from 1.</param>
    /// <param name="events">The turn.</param>
    public static RowChange Write(string instanceId, string executionId, int number, List<HistoryEvent> events)
    {
        var values = new Dictionary<string, object>();
        var json = JsonSerializer.Serialize(events, HistoryJson.Stored.ListHistoryEvent);
        RowText.Write(values, Events, json, new RunName(instanceId, executionId));
        return RowChange.Insert(TaskHubKeys.Turn(instanceId, executionId, number), values);
    }

    public static List<HistoryEvent> Read(TaskHubRow row) =>
        JsonSerializer.Deserialize(RowText.Read(row, Events) ?? "[]", HistoryJson.Stored.ListHistoryEvent)!;

    public static RowChange WriteMessages(string key, List<StoredMessage> messages)
    {
        var values = new Dictionary<string, object>();
        RowText.Write(values, Messages, JsonSerializer.Serialize(messages, HistoryJson.Stored.ListStoredMessage), run: null);
        return RowChange.Insert(key, values);
    }

    public static List<StoredMessage> ReadMessages(TaskHubRow row) =>
        JsonSerializer.Deserialize(RowText.Read(row, Messages) ?? "[]", HistoryJson.Stored.ListStoredMessage)!;
}
