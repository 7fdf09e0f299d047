using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
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

    /// <exception cref="InvalidDataException">It is not a row of events.</exception>
    public static List<HistoryEvent> Read(TaskHubRow row) => Parse(row, Events, HistoryJson.Stored.ListHistoryEvent);

    public static RowChange WriteMessages(string key, List<StoredMessage> messages)
    {
        var values = new Dictionary<string, object>();
        RowText.Write(values, Messages, JsonSerializer.Serialize(messages, HistoryJson.Stored.ListStoredMessage), run: null);
        return RowChange.Insert(key, values);
    }

    /// <exception cref="InvalidDataException">It is not a row of messages.</exception>
    public static List<StoredMessage> ReadMessages(TaskHubRow row)
    {
        var messages = Parse(row, Messages, HistoryJson.Stored.ListStoredMessage);
        return messages.TrueForAll(static m => m is { Target: not null, Event: not null })
            ? messages
            : throw new InvalidDataException($"The row '{row.Key}' has a message without target or event.");
    }

    private static List<T> Parse<T>(TaskHubRow row, string name, JsonTypeInfo<List<T>> type)
    {
        try
        {
            return RowText.Read(row, name) is { } json && JsonSerializer.Deserialize(json, type) is { } items && !items.Contains(default!)
                ? items
                : throw new InvalidDataException($"The row '{row.Key}' has no {name}.");
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            throw new InvalidDataException($"The {name} of the row '{row.Key}' can not be read: {e.Message}", e);
        }
    }
}
