using FunctionsHosting.Worker;
using FunctionsHosting.Worker.Rpc;
using Newtonsoft.Json;

namespace FunctionsHosting.Durable;

/// <summary>Passes what the durable extension wants run to the worker, and its answer back in the shape the extension expects.</summary>
internal sealed class DurableInvocations(FunctionInvoker invoker, CancellationToken giveUp)
{
    /// <summary>The parameter that activities of the extension's own shape have beside their input.</summary>
    private const string InstanceId = "instanceId";

    /// <summary>A text that looks like a date stays a text.</summary>
    private static readonly JsonSerializerSettings AsWritten = new() { DateParseHandling = DateParseHandling.None };

    public async Task<object?> Invoke(string function, string? input, string? instanceId)
    {
        var trigger = input is null ? new TypedData() : new TypedData { String = input };
        KeyValuePair<string, TypedData>[] metadata = instanceId is null ? [] : [new(InstanceId, new() { String = instanceId })];
        var response = await invoker.Invoke(function, trigger, metadata, cancellation: giveUp);
        return response.ReturnValue?.DataCase switch
        {
            TypedData.DataOneofCase.String => response.ReturnValue.String,
            TypedData.DataOneofCase.Json => JsonConvert.DeserializeObject(response.ReturnValue.Json, AsWritten),
            TypedData.DataOneofCase.Bytes => response.ReturnValue.Bytes.ToByteArray(),
            _ => null,
        };
    }
}
