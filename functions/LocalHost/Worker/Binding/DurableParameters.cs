using System.Reflection;
using LocalHost.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace LocalHost.Worker.Binding;

/// <summary>Parameters of orchestrators and activities.</summary>
internal static class DurableParameters
{
    public const string AllowedForOrchestrators =
        "TaskOrchestrationContext (the trigger), at most one input of the orchestration's own type, FunctionContext";

    public const string AllowedForActivities =
        "the activity's input (the trigger), FunctionContext, CancellationToken, [DurableClient] DurableTaskClient";

    private static readonly MethodInfo GetInput =
        typeof(TaskOrchestrationContext).GetMethods().Single(static m => m.Name == nameof(TaskOrchestrationContext.GetInput) && m.IsGenericMethod);

    /// <param name="inputs">How many inputs were bound before this parameter.</param>
    public static ParameterBinder? FindForOrchestrator(ParameterInfo parameter, bool isTrigger, ref int inputs)
    {
        var type = parameter.ParameterType;
        if (isTrigger)
        {
            return type == typeof(TaskOrchestrationContext) ? static invocation => new(invocation.Required<TaskOrchestrationContext>()) : null;
        }

        if (type == typeof(FunctionContext))
        {
            return static invocation => new(invocation);
        }

        // A token, a client or a second input would not be the same on replay, or would have no source.
        return type == typeof(CancellationToken) || parameter.IsDefined(typeof(DurableClientAttribute)) || ++inputs > 1 ? null : Input(type);
    }

    public static ParameterBinder? FindForActivity(ParameterInfo parameter, bool isTrigger) =>
        isTrigger ? invocation => new(invocation.Required<ActivityInvocation>().GetInput(parameter.ParameterType)) : CommonParameters.Find(parameter);

    private static ParameterBinder Input(Type type)
    {
        var read = GetInput.MakeGenericMethod(type);
        return invocation => new(read.Invoke(invocation.Required<TaskOrchestrationContext>(), BindingFlags.DoNotWrapExceptions, null, null, null));
    }
}
