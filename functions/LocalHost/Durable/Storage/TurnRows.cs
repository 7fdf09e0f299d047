using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using LocalHost.Durable.History;

namespace LocalHost.Durable.Storage;

/// <summary>A turn's events as rows, and messages as rows.</summary>
internal static class TurnRows
{
    private const string Events = "Events";
    private const string Messages = "Messages";

    /// <summary>One row, or as many as the text needs, none for no events; an event is never cut in two.</summary>
    /// <exception cref="RowTooLargeException">A single event does not fit a row.</exception>
    public static List<RowChange> Write(string instanceId, string executionId, int rowsBefore, IReadOnlyList<HistoryEvent> events)
    {
        List<RowChange> rows = [];
        var text = new StringBuilder();
        foreach (var e in events)
        {
            var json = JsonSerializer.Serialize(e, HistoryJson.Stored.HistoryEvent);
            RowTooLargeException.Check(json.Length, $"The history event {e.GetType().Name}");
            if (text.Length > 0 && text.Length + json.Length > RowText.Most)
            {
                Close();
            }

            text.Append(text.Length == 0 ? '[' : ',').Append(json);
        }

        if (text.Length > 0)
        {
            Close();
        }

        return rows;

        void Close()
        {
            var values = new Dictionary<string, object>();
            RowText.Write(values, Events, text.Append(']').ToString());
            rows.Add(RowChange.Insert(TaskHubKeys.Turn(instanceId, executionId, rowsBefore + rows.Count + 1), values));
            text.Clear();
        }
    }

    /// <exception cref="InvalidDataException">It is not a row of events.</exception>
    public static List<HistoryEvent> Read(TaskHubRow row) => Parse(row, Events, HistoryJson.Stored.ListHistoryEvent);

    /// <exception cref="RowTooLargeException">The messages do not fit a row.</exception>
    public static RowChange WriteMessages(string key, List<StoredMessage> messages)
    {
        var json = JsonSerializer.Serialize(messages, HistoryJson.Stored.ListStoredMessage);
        RowTooLargeException.Check(
            json.Length, messages.Count == 1 ? $"The message {messages[0].Event.GetType().Name}" : $"The {messages.Count} messages of one turn");
        var values = new Dictionary<string, object>();
        RowText.Write(values, Messages, json);
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
