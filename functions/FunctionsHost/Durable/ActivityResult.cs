using FunctionsHosting.Worker.Rpc;
using Newtonsoft.Json;

namespace FunctionsHosting.Durable;

/// <summary>What an activity answered, as the extension takes it.</summary>
internal static class ActivityResult
{
    // A text that looks like a date stays the text it is.
    private static readonly JsonSerializerSettings Verbatim = new() { DateParseHandling = DateParseHandling.None };

    /// <summary>A text as it is; JSON as a token, so that the extension does not encode it once more; null for nothing.</summary>
    public static object? Of(TypedData? answer) => answer?.DataCase switch
    {
        TypedData.DataOneofCase.String => answer.String,
        TypedData.DataOneofCase.Json => JsonConvert.DeserializeObject(answer.Json, Verbatim),
        TypedData.DataOneofCase.Bytes => answer.Bytes.ToByteArray(),
        _ => null,
    };
}
