using FunctionsHosting.Worker.Rpc;
using Newtonsoft.Json;

namespace FunctionsHosting.Durable;

/// <summary>Passes what the durable extension wants run to the worker.</summary>
internal sealed class DurableInvocations(FunctionInvoker invoker, CancellationToken giveUp)
{
    // A text that looks like a date stays the text it is.
    private static readonly JsonSerializerSettings Verbatim = new() { DateParseHandling = DateParseHandling.None };

    /// <inheritdoc cref="DurableInvoker"/>
    public async Task<object?> Invoke(string function, string? input, string? instanceId)
    {
        var trigger = input is null ? new TypedData() : new TypedData { String = input };
        KeyValuePair<string, TypedData>[] metadata = instanceId is null ? [] : [new("instanceId", new() { String = instanceId })];
        return Result((await invoker.Invoke(function, trigger, metadata, cancellation: giveUp)).ReturnValue);
    }

    /// <summary>What an activity answered: a text as it is; JSON as a token, so that the extension does not encode it once more; null for nothing.</summary>
    public static object? Result(TypedData? answer) => answer?.DataCase switch
    {
        TypedData.DataOneofCase.String => answer.String,
        TypedData.DataOneofCase.Json => JsonConvert.DeserializeObject(answer.Json, Verbatim),
        TypedData.DataOneofCase.Bytes => answer.Bytes.ToByteArray(),
        _ => null,
    };
}
