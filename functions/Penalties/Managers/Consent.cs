using Penalties.Content;
using Penalties.Outside.Sms;

namespace Penalties.Managers;

/// <summary>
/// 개인정보수집동의: a customer's consent to being phoned on another number than the account's. Complete or not at all: without it the number is
/// refused.
/// </summary>
/// <param name="Number">E.164.</param>
/// <param name="Method">"phone" or "chat".</param>
/// <param name="Agent">Who told and asked.</param>
/// <param name="ScriptVersion">Name of the guidance that was read out, such as "callback-number@1".</param>
public sealed record Consent(
    string Number, string Purpose, string Items, string Retention, DateTimeOffset ToldAt, DateTimeOffset AgreedAt, string Method, string Agent, string ScriptVersion);

/// <summary>What was told of a consent, before it is known to be one. Times are ISO 8601 with their offset.</summary>
/// <param name="ReadBack">The number was read back, and the customer confirmed it.</param>
/// <param name="RightToRefuseTold">The customer was told that refusing is possible and what it leads to.</param>
public sealed record ConsentForm(
    string? Number,
    bool? ReadBack,
    string? Purpose,
    string? Items,
    string? Retention,
    bool? RightToRefuseTold,
    DateTimeOffset? ToldAt,
    DateTimeOffset? AgreedAt,
    string? Method,
    string? ScriptVersion)
{
    private const int LongestText = 200;

    /// <summary>The consent, or the names of the fields that are missing or wrong.</summary>
    /// <param name="agent">Who told and asked; null where that is not known.</param>
    /// <param name="latest">No time may lie after it.</param>
    public (Consent? Consent, IReadOnlyList<string> Missing) Read(string? agent, ProductContent content, DateTimeOffset latest)
    {
        var number = PhoneNumber.ParseAny(Number);
        string[] missing =
        [
            .. Unless(number is not null, "number"),
            .. Unless(ReadBack == true, "readBack"),
            .. Unless(IsText(Purpose), "purpose"),
            .. Unless(IsText(Items), "items"),
            .. Unless(IsText(Retention), "retention"),
            .. Unless(RightToRefuseTold == true, "rightToRefuseTold"),
            .. Unless(ToldAt <= latest, "toldAt"),
            .. Unless(AgreedAt >= ToldAt && AgreedAt <= latest, "agreedAt"),
            .. Unless(Method is "phone" or "chat", "method"),
            .. Unless(agent is not null && Id.IsWellFormed(agent), "agent"),
            .. Unless(content.Guidance.Any(guidance => guidance.Situation == Guidance.CallbackNumber && guidance.Name == ScriptVersion), "scriptVersion"),
        ];
        return missing.Length > 0
            ? (null, missing)
            : (new(number!, Purpose!, Items!, Retention!, ToldAt!.Value, AgreedAt!.Value, Method!, agent!, ScriptVersion!), missing);
    }

    private static bool IsText(string? text) => !string.IsNullOrWhiteSpace(text) && text.Length <= LongestText;

    private static IEnumerable<string> Unless(bool holds, string field) => holds ? [] : [field];
}
