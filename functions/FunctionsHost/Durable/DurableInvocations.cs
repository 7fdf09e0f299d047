using FunctionsHosting.Worker;
using FunctionsHosting.Worker.Rpc;

namespace FunctionsHosting.Durable;

/// <summary>Passes what the durable extension wants run to the worker.</summary>
internal sealed class DurableInvocations(FunctionInvoker invoker, CancellationToken giveUp)
{
    /// <summary>The parameter that the extension's own activities have beside their input.</summary>
    private const string InstanceId = "instanceId";

    /// <inheritdoc cref="DurableInvoker"/>
    public async Task<object?> Invoke(string function, string? input, string? instanceId)
    {
        var trigger = input is null ? new TypedData() : new TypedData { String = input };
        KeyValuePair<string, TypedData>[] metadata = instanceId is null ? [] : [new(InstanceId, new() { String = instanceId })];
        var response = await invoker.Invoke(function, trigger, metadata, cancellation: giveUp);
        return ActivityResult.Of(response.ReturnValue);
    }
}
