using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace LocalHost.Durable.History;

/// <summary>How histories and messages are written to a store: without nulls, statuses by name.</summary>
[JsonSerializable(typeof(HistoryEvent))]
[JsonSerializable(typeof(List<HistoryEvent>))]
[JsonSerializable(typeof(List<StoredMessage>))]
[JsonSerializable(typeof(ParentInstance))]
[JsonSerializable(typeof(Failure))]
[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSerializable(typeof(List<string>))]
internal sealed partial class HistoryJson : JsonSerializerContext
{
    /// <summary>With the relaxed encoder: payloads are JSON inside JSON, and every quote would else take six characters.</summary>
    public static HistoryJson Stored { get; } = new(new JsonSerializerOptions
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter<Microsoft.DurableTask.Client.OrchestrationRuntimeStatus>() },
    });
}
