using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using LocalHost.Worker.Binding;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalHost.Worker;

/// <summary>Reads one function from its method, and says everything that is wrong with it.</summary>
internal sealed partial class FunctionReader(TriggerReader triggers, List<string> problems)
{
    /// <summary>The function, or null when it has problems.</summary>
    public FunctionEntry? Read(string name, MethodInfo method)
    {
        var before = problems.Count;
        void Refuse(string problem) => problems.Add($"function '{name}' ({method.DeclaringType!.Name}.{method.Name}): {problem}");

        if (!ValidName().IsMatch(name))
        {
            Refuse("the name may hold letters, digits, - and _, begins with a letter, and has at most 128 characters");
        }

        CheckMethod(method, Refuse);
        var marked = method.GetParameters().Where(static p => p.GetCustomAttribute<TriggerBindingAttribute>() is not null).ToArray();
        if (marked.Length != 1)
        {
            Refuse(marked.Length == 0
                ? "has no trigger; exactly one parameter carries [HttpTrigger], [TimerTrigger], [ServiceBusTrigger], [OrchestrationTrigger] or "
                    + "[ActivityTrigger]"
                : $"has {marked.Length} triggers ({string.Join(", ", marked.Select(static p => p.Name))}); exactly one is allowed");
            return null;
        }

        var trigger = triggers.Read(name, marked[0].GetCustomAttribute<TriggerBindingAttribute>()!, Refuse);
        if (trigger is null)
        {
            return null;
        }

        var binders = Bind(method, marked[0], trigger, Refuse);
        return problems.Count == before ? new FunctionEntry(name, method, marked[0], trigger, binders) : null;
    }

    private static void CheckMethod(MethodInfo method, Action<string> refuse)
    {
        var type = method.DeclaringType!;
        if (!method.IsPublic)
        {
            refuse("the method must be public");
        }

        if (method.ContainsGenericParameters || type.ContainsGenericParameters)
        {
            refuse("neither the method nor its class may be generic");
        }

        if (!method.IsStatic && type.IsAbstract)
        {
            refuse("its class is abstract; an instance method needs a class that can be made");
        }

        if (method.ReturnType == typeof(void) && method.IsDefined(typeof(AsyncStateMachineAttribute)))
        {
            refuse("is async void: its end and its errors would be lost; return Task");
        }
    }

    private static List<ParameterBinder> Bind(MethodInfo method, ParameterInfo triggerParameter, Trigger trigger, Action<string> refuse)
    {
        var binders = new List<ParameterBinder>();
        var inputs = 0;
        foreach (var parameter in method.GetParameters())
        {
            var isTrigger = parameter == triggerParameter;
            (ParameterBinder? binder, string allowed) = trigger switch
            {
                HttpTrigger => (HttpParameters.Find(parameter, isTrigger), HttpParameters.Allowed),
                TimerTrigger => (TimerParameters.Find(parameter, isTrigger), TimerParameters.Allowed),
                QueueTrigger => (ServiceBusParameters.Find(parameter, isTrigger), ServiceBusParameters.Allowed),
                OrchestrationTrigger =>
                    (DurableParameters.FindForOrchestrator(parameter, isTrigger, ref inputs), DurableParameters.AllowedForOrchestrators),
                ActivityTrigger => (DurableParameters.FindForActivity(parameter, isTrigger), DurableParameters.AllowedForActivities),
                _ => throw new InvalidOperationException($"No parameters are known for {trigger.GetType()}."),
            };
            if (binder is null)
            {
                refuse($"parameter '{parameter.Name}' of type {parameter.ParameterType.Name} cannot be bound; allowed: {allowed}");
                continue;
            }

            binders.Add(binder);
        }

        return binders;
    }

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_-]{0,127}$", RegexOptions.CultureInvariant)]
    private static partial Regex ValidName();
}
