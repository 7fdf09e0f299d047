using System.Text.Encodings.Web;
using System.Text.Json.Serialization;

namespace LocalHost.Tour;

/// <summary>A webhook body as a CRM's template would fill it in: flat, every value a text.</summary>
public sealed record ComplaintBody
{
    public string Account { get; init; } = "kmob";

    public string Ticket { get; init; } = "";

    public string Kind { get; init; } = "penalty";

    /// <summary>Empty: the desk fills in the business time.</summary>
    public string OccurredAt { get; init; } = "";

    public string InquiryPath { get; init; } = "대리_고객 ▶ 이용불편/신고 ▶ 콜취소/Noshow";

    public string CallType { get; init; } = "자사콜(일반)";

    public string Channel { get; init; } = "phone";

    public string Verified { get; init; } = "caller";

    public string RideId { get; init; } = "R-20260918-001";

    /// <inheritdoc cref="OccurredAt"/>
    public string RideCalledAt { get; init; } = "";

    public string RideOrigin { get; init; } = "";

    public string RideDestination { get; init; } = "";

    public string DriverId { get; init; } = "D-1029";

    public string CustomerId { get; init; } = "C-77001";

    public string CustomerPhone { get; init; } = "010-1234-5678";

    public string CustomerName { get; init; } = "홍길동";

    public string Violation { get; init; } = "난폭운전";

    public string Centre { get; init; } = "KOC";

    /// <summary>"agreed", "declined", "withdrawn" or "".</summary>
    public string Block { get; init; } = "";

    public string FeedbackStage { get; init; } = "0";

    public string Unclear { get; init; } = "false";

    public string CompensationStage { get; init; } = "0";

    public string Supervisor { get; init; } = "false";

    /// <summary>Another number to be phoned on, with what was recorded of the consent.</summary>
    public string CallbackPhone { get; init; } = "";

    public string CallbackReadBack { get; init; } = "";

    public string ConsentPurpose { get; init; } = "";

    public string ConsentItems { get; init; } = "";

    public string ConsentRetention { get; init; } = "";

    public string ConsentRightTold { get; init; } = "";

    public string ConsentToldAt { get; init; } = "";

    public string ConsentAgreedAt { get; init; } = "";

    public string ConsentMethod { get; init; } = "";

    public string ConsentScriptVersion { get; init; } = "";

    /// <summary>"2" and on: another ride on the same ticket.</summary>
    public string RideNumber { get; init; } = "";

    /// <summary>The earlier case, where the agent knows it.</summary>
    public string CaseId { get; init; } = "";

    public string Agent { get; init; } = "agent-12";

    public string Text { get; init; } = "과속과 급정거가 심했어요.";

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };
}
