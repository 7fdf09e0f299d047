using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace Turns;

/// <summary>Registers an app's functions by their attributes, as the Functions worker finds them. Static ones only: nothing is injected.</summary>
public static class FunctionRegistrations
{
    private const BindingFlags Static = BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly;

    /// <summary>The orchestrators of these types.</summary>
    public static DurableTaskRegistry AddOrchestratorsOf(this DurableTaskRegistry registry, params IEnumerable<Type> types)
    {
        foreach (var run in Functions<OrchestrationTriggerAttribute>(types))
        {
            registry.AddOrchestrator(NameOf(run), new Orchestrator(run));
        }

        return registry;
    }

    /// <summary>The activities of these types.</summary>
    public static DurableTaskRegistry AddActivitiesOf(this DurableTaskRegistry registry, params IEnumerable<Type> types)
    {
        foreach (var run in Functions<ActivityTriggerAttribute>(types))
        {
            registry.AddActivity(NameOf(run), new Activity(run));
        }

        return registry;
    }

    private static IEnumerable<MethodInfo> Functions<TTrigger>(IEnumerable<Type> types)
        where TTrigger : Attribute => types.SelectMany(type => type.GetMethods(Static))
        .Where(method => method.GetParameters().Any(parameter => parameter.GetCustomAttribute<TTrigger>() is not null));

    private static string NameOf(MethodInfo run) => run.GetCustomAttribute<FunctionAttribute>()!.Name;

    /// <summary>What a function returns: a task, a task with a result, or a value.</summary>
    private static async Task<object?> Result(object? returned)
    {
        if (returned is not Task task)
        {
            return returned;
        }

        await task;
        return task.GetType() is { IsGenericType: true } generic ? generic.GetProperty(nameof(Task<>.Result))!.GetValue(task) : null;
    }

    /// <summary>A function of its input and what else the worker gives it, in any order.</summary>
    private sealed class Call(MethodInfo run, Type given)
    {
        private readonly MethodInvoker _invoker = MethodInvoker.Create(run);
        private readonly ParameterInfo[] _parameters = run.GetParameters();

        public Type InputType => _parameters.FirstOrDefault(one => one.ParameterType != given)?.ParameterType ?? typeof(object);

        public Type OutputType => run.ReturnType.IsGenericType ? run.ReturnType.GenericTypeArguments[0] : typeof(object);

        public Task<object?> Run(object context, object? input) =>
            Result(_invoker.Invoke(null, [.. _parameters.Select(one => one.ParameterType == given ? context : input)]));
    }

    private sealed class Orchestrator(MethodInfo run) : ITaskOrchestrator
    {
        private readonly Call _call = new(run, given: typeof(TaskOrchestrationContext));

        public Type InputType => _call.InputType;

        public Type OutputType => _call.OutputType;

        public Task<object?> RunAsync(TaskOrchestrationContext context, object? input) => _call.Run(context, input);
    }

    private sealed class Activity(MethodInfo run) : ITaskActivity
    {
        private readonly Call _call = new(run, given: typeof(TaskActivityContext));

        public Type InputType => _call.InputType;

        public Type OutputType => _call.OutputType;

        public Task<object?> RunAsync(TaskActivityContext context, object? input) => _call.Run(context, input);
    }
}
