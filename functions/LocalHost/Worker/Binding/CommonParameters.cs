using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Worker.Binding;

/// <summary>Parameters that functions of every kind may take.</summary>
internal static class CommonParameters
{
    public const string Allowed = "FunctionContext, CancellationToken, [DurableClient] DurableTaskClient";

    public static ParameterBinder? Find(ParameterInfo parameter) => parameter.ParameterType switch
    {
        var type when type == typeof(FunctionContext) => static invocation => new(invocation),
        var type when type == typeof(CancellationToken) => static invocation => new(invocation.CancellationToken),
        var type when type == typeof(DurableTaskClient) && parameter.IsDefined(typeof(DurableClientAttribute)) =>
            static invocation => new(invocation.InstanceServices.GetRequiredService<DurableTaskClient>()),
        _ => null,
    };
}
