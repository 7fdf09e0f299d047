using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Model.Tests.Fuzz;

/// <summary>One member of a webhook's JSON: its name and its value as they stand there, which need not be JSON.</summary>
/// <param name="Name">Without quotes.</param>
internal readonly record struct Member(string Name, string Value)
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text as JSON, in either of the two ways in which a sender may escape it.</summary>
    public static string Quoted(string text, Random draw) => JsonSerializer.Serialize(text, draw.Next(3) == 0 ? null : Relaxed);

    /// <summary>The value's text, where it is a whole JSON text, else the value as it stands there.</summary>
    public string Text
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<JsonElement>(Value) is { ValueKind: JsonValueKind.String } text ? text.GetString()! : Value;
            }
            catch (Exception fault) when (fault is JsonException or InvalidOperationException or ArgumentException)
            {
                return Value;
            }
        }
    }

    public static byte[] ToBytes(IEnumerable<Member> members) =>
        Encoding.UTF8.GetBytes($"{{{string.Join(",", members.Select(member => $"\"{member.Name}\":{member.Value}"))}}}");
}
