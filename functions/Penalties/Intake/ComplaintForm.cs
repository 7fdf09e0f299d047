using System.Text.Json;

namespace Penalties.Intake;

/// <summary>
/// The webhook body as the CRM's administrator writes it: flat JSON whose values a CRM fills in as text, so every value may be a text, a number
/// or a truth value, and an empty one counts as absent. The README shows the template.
/// </summary>
public sealed record ComplaintForm
{
    public static ComplaintForm Example => new()
    {
        Account = "kmob",
        Ticket = "4711",
        OccurredAt = "2026-09-18T22:30:00+09:00",
        InquiryPath = "대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow",
        CallType = "자사콜(일반)",
        Channel = "phone",
        Verified = "caller",
        RideId = "R-20260918-001",
        RideCalledAt = "2026-09-18T21:50:00+09:00",
        DriverId = "D-1029",
        CustomerId = "C-88213",
        CustomerPhone = "010-1234-5678",
        Violation = "난폭운전",
        Centre = "KOC",
        Block = "agreed",
        FeedbackStage = "3",
        Agent = "agent-12",
    };

    [JsonPropertyName("account")] public string? Account { get; init; }

    [JsonPropertyName("ticket")] public string? Ticket { get; init; }

    /// <summary>"penalty" (default), or "callback": the same complaint, and a supervisor is to phone.</summary>
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

    /// <summary>"2" to "9": explicitly another ride on the same ticket, which is another case.</summary>
    [JsonPropertyName("ride_number")] public string? RideNumber { get; init; }

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

    /// <summary>"agreed", "declined" or empty; saved later than "agreed", "declined" or "withdrawn" takes the consent back.</summary>
    [JsonPropertyName("block")] public string? Block { get; init; }

    /// <summary>0 to 3.</summary>
    [JsonPropertyName("feedback_stage")] public string? FeedbackStage { get; init; }

    /// <summary>"true" when the agent cannot judge and a manager has to decide.</summary>
    [JsonPropertyName("unclear")] public string? Unclear { get; init; }

    /// <summary>보상 요구: 0, 1 (refused by script) or 2 (goes to a supervisor).</summary>
    [JsonPropertyName("compensation_stage")] public string? CompensationStage { get; init; }

    /// <summary>"true" when the customer asked for a supervisor.</summary>
    [JsonPropertyName("supervisor")] public string? Supervisor { get; init; }

    /// <summary>Another number to be phoned on; it needs the read-back and every field of the consent.</summary>
    [JsonPropertyName("callback_phone")] public string? CallbackPhone { get; init; }

    /// <summary>"true" when the agent read the number back and the customer confirmed it.</summary>
    [JsonPropertyName("callback_read_back")] public string? CallbackReadBack { get; init; }

    [JsonPropertyName("consent_purpose")] public string? ConsentPurpose { get; init; }

    [JsonPropertyName("consent_items")] public string? ConsentItems { get; init; }

    [JsonPropertyName("consent_retention")] public string? ConsentRetention { get; init; }

    /// <summary>"true" when the customer was told of the right to refuse.</summary>
    [JsonPropertyName("consent_right_told")] public string? ConsentRightTold { get; init; }

    [JsonPropertyName("consent_told_at")] public string? ConsentToldAt { get; init; }

    [JsonPropertyName("consent_agreed_at")] public string? ConsentAgreedAt { get; init; }

    /// <summary>"phone" or "chat".</summary>
    [JsonPropertyName("consent_method")] public string? ConsentMethod { get; init; }

    /// <summary>Name of the guidance that was read out, such as "callback-number@1".</summary>
    [JsonPropertyName("consent_script_version")] public string? ConsentScriptVersion { get; init; }

    /// <summary>The earlier case, where the agent knows it: a customer who asks again on another ticket.</summary>
    [JsonPropertyName("case_id")] public string? CaseId { get; init; }

    /// <summary>CRM user id of the agent.</summary>
    [JsonPropertyName("agent")] public string? Agent { get; init; }

    [JsonPropertyName("text")] public string? Text { get; init; }

    /// <summary>CRM user id of whoever saved the ticket, such as Zendesk's {{current_user.id}}: an update of our own is no news.</summary>
    [JsonPropertyName("updated_by")] public string? UpdatedBy { get; init; }

    /// <summary>The ticket's tags, parted by spaces: without <c>updated_by</c>, the tag of our own updates says whose it was.</summary>
    [JsonPropertyName("tags")] public string? Tags { get; init; }

    /// <summary>Names of all fields, as they stand in the JSON.</summary>
    internal static readonly IReadOnlySet<string> FieldNames = typeof(ComplaintForm).GetProperties()
        .Select(property => property.GetCustomAttributes(typeof(JsonPropertyNameAttribute), inherit: false).OfType<JsonPropertyNameAttribute>().FirstOrDefault()?.Name)
        .OfType<string>().ToHashSet(StringComparer.Ordinal);

    /// <summary>Reads a body; the problem names where it is not what it should be.</summary>
    public static (ComplaintForm? Form, string? Problem) Parse(ReadOnlySpan<byte> body)
    {
        try
        {
            return JsonSerializer.Deserialize<ComplaintForm>(body, Json) is { } form ? (form, null) : (null, "body: a JSON object is required.");
        }
        catch (JsonException fault)
        {
            // The parser's own text, and its path, may repeat what the customer wrote: only the place is told.
            return (null, string.Create(CultureInfo.InvariantCulture,
                $"body: not the JSON of a complaint at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine}."));
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

            // One form of each letter: Hangul that was typed on another system is the same word.
            return string.IsNullOrWhiteSpace(text) ? null : Hangul.Composed(text.Trim());
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }
}
