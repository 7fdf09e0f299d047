using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Penalties.Intake;

/// <summary>
/// The webhook body as the CRM's administrator writes it: flat JSON whose values a CRM fills in as text, so every value may be a text, a number
/// or a truth value, and an empty one counts as absent. The README shows the template.
/// </summary>
public sealed record ComplaintForm
{
    [JsonPropertyName("account")] public string? Account { get; init; }

    [JsonPropertyName("ticket")] public string? Ticket { get; init; }

    /// <summary>"penalty" (default).</summary>
    [JsonPropertyName("kind")] public string? Kind { get; init; }

    /// <summary>ISO 8601 with offset; when the agent saved the ticket.</summary>
    [JsonPropertyName("occurred_at")] public string? OccurredAt { get; init; }

    /// <summary>상담유형, such as "대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow".</summary>
    [JsonPropertyName("inquiry_path")] public string? InquiryPath { get; init; }

    [JsonPropertyName("call_type")] public string? CallType { get; init; }

    /// <summary>"chat" or "phone".</summary>
    [JsonPropertyName("channel")] public string? Channel { get; init; }

    /// <summary>"caller", "account_holder", "signed_in" (chat only) or "none".</summary>
    [JsonPropertyName("verified")] public string? Verified { get; init; }

    [JsonPropertyName("ride_id")] public string? RideId { get; init; }

    /// <summary>ISO 8601 with offset. With origin and destination it identifies a ride without an id.</summary>
    [JsonPropertyName("ride_called_at")] public string? RideCalledAt { get; init; }

    [JsonPropertyName("ride_origin")] public string? RideOrigin { get; init; }

    [JsonPropertyName("ride_destination")] public string? RideDestination { get; init; }

    [JsonPropertyName("driver_id")] public string? DriverId { get; init; }

    [JsonPropertyName("customer_id")] public string? CustomerId { get; init; }

    [JsonPropertyName("customer_phone")] public string? CustomerPhone { get; init; }

    [JsonPropertyName("customer_name")] public string? CustomerName { get; init; }

    /// <summary>위반항목, in the script's words.</summary>
    [JsonPropertyName("violation")] public string? Violation { get; init; }

    /// <summary>"KOC" or "KMCC".</summary>
    [JsonPropertyName("centre")] public string? Centre { get; init; }

    /// <summary>"agreed", "declined" or empty.</summary>
    [JsonPropertyName("block")] public string? Block { get; init; }

    /// <summary>0 to 3.</summary>
    [JsonPropertyName("feedback_stage")] public string? FeedbackStage { get; init; }

    /// <summary>"true" when the agent cannot judge and a manager has to decide.</summary>
    [JsonPropertyName("unclear")] public string? Unclear { get; init; }

    /// <summary>CRM user id of the agent.</summary>
    [JsonPropertyName("agent")] public string? Agent { get; init; }

    [JsonPropertyName("text")] public string? Text { get; init; }

    /// <summary>Reads a body; the problem names where it is not what it should be.</summary>
    public static (ComplaintForm? Form, string? Problem) Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<ComplaintForm>(body, Json) is { } form ? (form, null) : (null, "body: a JSON object is required.");
        }
        catch (JsonException fault)
        {
            // The parser's own text may repeat what the customer wrote: only the place is told.
            return (null, string.Create(CultureInfo.InvariantCulture,
                $"body: not the JSON of a complaint at {fault.Path ?? "$"}, line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}."));
        }
    }

    private static readonly JsonSerializerOptions Json = new() { Converters = { new LenientText() } };

    private sealed class LenientText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = reader.TokenType switch
            {
                JsonTokenType.String => reader.GetString(),
                JsonTokenType.True => "true",
                JsonTokenType.False => "false",
                JsonTokenType.Number => JsonElement.ParseValue(ref reader).GetRawText(),
                JsonTokenType.Null => null,
                _ => throw new JsonException(),
            };

            return string.IsNullOrWhiteSpace(text) ? null : text.Trim();
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
