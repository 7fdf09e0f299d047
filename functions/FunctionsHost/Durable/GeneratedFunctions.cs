using System.Reflection;
using System.Reflection.Emit;
using FunctionsHosting.Worker;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;

namespace FunctionsHosting.Durable;

/// <summary>
/// An app's durable functions in the form in which the extension looks for functions: static methods with its attributes, on a type made at
/// run time. Each only calls the invoker. The type belongs to one host and goes with it.
/// </summary>
internal sealed class GeneratedFunctions : ITypeLocator
{
    private const string InvokeField = "Invoke";
    private const string ClientField = "Client";

    private readonly Type _type;

    private GeneratedFunctions(Type type, string clientFunction)
    {
        _type = type;
        ClientFunction = clientFunction;
    }

    /// <summary>Called once, it leaves in <see cref="ClientJson"/> what the extension writes for a durableClient binding.</summary>
    public string ClientFunction { get; }

    public string? ClientJson => (string?)_type.GetField(ClientField)!.GetValue(null);

    public IReadOnlyList<Type> GetTypes() => [_type];

    public static GeneratedFunctions For(IEnumerable<FunctionDefinition> functions, DurableInvoker invoke)
    {
        var type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("DurableFunctions"), AssemblyBuilderAccess.RunAndCollect)
            .DefineDynamicModule("DurableFunctions")
            .DefineType("DurableFunctions", TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed);
        // A public type: the generated code is an assembly of its own and sees nothing internal.
        var invoker = type.DefineField(InvokeField, typeof(Func<string, string?, string?, Task<object?>>), FieldAttributes.Public | FieldAttributes.Static);
        foreach (var function in functions)
        {
            if (TriggerOf(function) is { } trigger)
            {
                Define(type, invoker, function.Name, trigger);
            }
        }

        var clientFunction = $"Client{Guid.NewGuid():N}"; // cannot be the name of one of the app's
        DefineClient(type, clientFunction);
        var made = type.CreateType();
        made.GetField(InvokeField)!.SetValue(null, (Func<string, string?, string?, Task<object?>>)invoke.Invoke);
        return new(made, clientFunction);
    }

    private static Type? TriggerOf(FunctionDefinition function) => function.Trigger switch
    {
        { } trigger when trigger.Is("orchestrationTrigger") => typeof(OrchestrationTriggerAttribute),
        { } trigger when trigger.Is("activityTrigger") => typeof(ActivityTriggerAttribute),
        { } trigger when trigger.Is("entityTrigger") => typeof(EntityTriggerAttribute),
        _ => null,
    };

    /// <summary><c>[FunctionName(name)] static Task&lt;object&gt; F([Trigger] string input, string instanceId) => Invoke(name, input, instanceId)</c>.</summary>
    private static void Define(TypeBuilder type, FieldInfo invoker, string name, Type trigger)
    {
        var activity = trigger == typeof(ActivityTriggerAttribute);
        var method = Method(type, name, typeof(Task<object>), activity ? [typeof(string), typeof(string)] : [typeof(string)]);
        method.DefineParameter(1, ParameterAttributes.None, "input").SetCustomAttribute(Attribute(trigger));
        if (activity)
        {
            method.DefineParameter(2, ParameterAttributes.None, "instanceId");
        }

        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldsfld, invoker);
        code.Emit(OpCodes.Ldstr, name);
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(activity ? OpCodes.Ldarg_1 : OpCodes.Ldnull);
        code.Emit(OpCodes.Callvirt, invoker.FieldType.GetMethod(nameof(DurableInvoker.Invoke))!);
        code.Emit(OpCodes.Ret);
    }

    /// <summary><c>[FunctionName(name), NoAutomaticTrigger] static void F([DurableClient] string client) => Client = client</c>.</summary>
    private static void DefineClient(TypeBuilder type, string name)
    {
        var client = type.DefineField(ClientField, typeof(string), FieldAttributes.Public | FieldAttributes.Static);
        var method = Method(type, name, typeof(void), [typeof(string)]);
        method.SetCustomAttribute(Attribute(typeof(NoAutomaticTriggerAttribute)));
        method.DefineParameter(1, ParameterAttributes.None, "client").SetCustomAttribute(Attribute(typeof(DurableClientAttribute)));
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Stsfld, client);
        code.Emit(OpCodes.Ret);
    }

    private static MethodBuilder Method(TypeBuilder type, string name, Type returns, Type[] parameters)
    {
        var method = type.DefineMethod($"F_{name}", MethodAttributes.Public | MethodAttributes.Static, returns, parameters);
        method.SetCustomAttribute(Attribute(typeof(FunctionNameAttribute), name));
        return method;
    }

    private static CustomAttributeBuilder Attribute(Type attribute, params string[] arguments) =>
        new(attribute.GetConstructor([.. arguments.Select(static _ => typeof(string))])!, arguments);
}
