using System.Text.Json;
using System.Text.RegularExpressions;
using Penalties.Intake;

namespace Penalties.Desk;

/// <summary>Reads the small JSON bodies of our own routes.</summary>
internal static partial class RequestForm
{
    private const int LongestReason = 500;

    public static readonly JsonSerializerOptions Json = Strict();

    /// <returns>The body, or the answer to a body that is too long, not JSON of this form, or not valid.</returns>
    public static async Task<(T? Form, IActionResult? Bad)> Read<T>(HttpRequest request, CancellationToken cancellation)
        where T : class, IForm
    {
        if (await BoundedBody.Read(request, cancellation) is not { } body)
        {
            return (null, Problem.Result(413, "body_too_large", $"A body may have {BoundedBody.MaxBytes} bytes."));
        }

        try
        {
            var form = JsonSerializer.Deserialize<T>(body, Json);
            string[] problems = form is null ? ["body: a JSON object is required."] : [.. form.Problems()];
            return problems.Length > 0 ? (null, Invalid(problems)) : (form, null);
        }
        catch (JsonException fault)
        {
            return (null, Invalid([$"body: not the JSON expected at {fault.Path ?? "$"}."]));
        }
    }

    /// <summary>The forms' own options, ready for use: whoever comes first may want a schema of them.</summary>
    private static JsonSerializerOptions Strict()
    {
        var json = new JsonSerializerOptions(JsonSerializerDefaults.Web) { Converters = { new TimeWithOffset() } };
        json.MakeReadOnly(populateMissingResolver: true);
        return json;
    }

    /// <summary>A time without its offset would be read in the zone of the machine: it is refused.</summary>
    private sealed class TimeWithOffset : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
            reader.TokenType is JsonTokenType.String && ComplaintFormRules.TimeOf(reader.GetString()) is { } time ? time : throw new JsonException();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    public static IActionResult Invalid(IEnumerable<string> problems) =>
        Problem.Result(400, "invalid_request", "The request is not valid; see problems.", problems);

    public static IEnumerable<string> Person(string field, string? value) =>
        value is not null && Id.IsWellFormed(value) ? [] : [$"{field}: an id of letters, digits and ._@:- is required, at most 64 characters."];

    public static IEnumerable<string> Reason(string? value, string field = "reason") =>
        value is { Length: <= LongestReason } && !string.IsNullOrWhiteSpace(value) ? [] : [$"{field}: 1 to {LongestReason} characters are required."];

    /// <summary>A reason that is kept apart from the contact data, and for longer: it must not name a number.</summary>
    public static IEnumerable<string> KeptReason(string? value) =>
        [.. Reason(value), .. value is not null && NumberPattern().IsMatch(value) ? ["reason: it is kept for years, and must not hold a phone number."] : Array.Empty<string>()];

    [GeneratedRegex(@"(\d[-. ]?){8,}")]
    private static partial Regex NumberPattern();

    public static IEnumerable<string> OneOf(string field, string? value, IReadOnlyCollection<string> allowed) =>
        value is not null && allowed.Contains(value) ? [] : [$"{field}: allowed: {string.Join(", ", allowed)}."];
}

/// <summary>A body of one of our routes, as it was told.</summary>
internal interface IForm
{
    /// <summary>Everything that is wrong with it, each beginning with the name of its field; empty when it is valid.</summary>
    IEnumerable<string> Problems();
}

/// <summary>Why somebody looks at what is personal.</summary>
/// <param name="Reason">1 to 500 characters without a phone number; it stands in the access log.</param>
public sealed record AccessForm(string? Reason) : IForm
{
    public static AccessForm Example => new("고객 요청으로 확인");

    IEnumerable<string> IForm.Problems() => RequestForm.KeptReason(Reason);
}

/// <summary>A body that holds a reason and nothing else.</summary>
/// <param name="Reason">1 to 500 characters, kept with the contact data and purged with it.</param>
public sealed record ReasonForm(string? Reason) : IForm
{
    public static ReasonForm Example => new("고객 요청으로 확인");

    IEnumerable<string> IForm.Problems() => RequestForm.Reason(Reason);
}
