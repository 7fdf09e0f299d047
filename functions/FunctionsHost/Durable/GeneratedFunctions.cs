using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using FunctionsHosting.Worker;
using Microsoft.Azure.WebJobs;
using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Azure.WebJobs.Host;

namespace FunctionsHosting.Durable;

/// <summary>
/// An app's durable functions in the form in which the extension looks for functions: methods with its attributes, on a type made at run time.
/// Each only calls the invoker.
/// </summary>
internal sealed class GeneratedFunctions : ITypeLocator, IJobActivator
{
    private const string InvokeField = "Invoke";
    private const string ClientField = "Client";

    // One type an app, not one a host: what was made of a type for its calls is never freed, however the type was made.
    private static readonly ConcurrentDictionary<string, (Type Type, string ClientFunction)> Types = new(StringComparer.Ordinal);

    private readonly object _instance;

    private GeneratedFunctions(object instance, string clientFunction)
    {
        _instance = instance;
        ClientFunction = clientFunction;
    }

    /// <summary>Called once, it leaves in <see cref="ClientJson"/> what the extension writes for a durableClient binding.</summary>
    public string ClientFunction { get; }

    public string? ClientJson => (string?)Type.GetField(ClientField)!.GetValue(_instance);

    private Type Type => _instance.GetType();

    public IReadOnlyList<Type> GetTypes() => [Type];

    public T CreateInstance<T>() => (T)_instance;

    public static GeneratedFunctions For(IEnumerable<FunctionDefinition> functions, DurableInvoker invoke)
    {
        var durable = functions.Select(static f => (f.Name, Trigger: TriggerOf(f))).Where(static f => f.Trigger is not null).ToList();
        var key = string.Join('\n', durable.Select(static f => $"{f.Name} {f.Trigger!.Name}").Order(StringComparer.Ordinal));
        var (type, clientFunction) = Types.GetOrAdd(key, _ => Make(durable));
        var instance = Activator.CreateInstance(type)!;
        type.GetField(InvokeField)!.SetValue(instance, (Func<string, string?, string?, Task<object?>>)invoke.Invoke);
        return new(instance, clientFunction);
    }

    private static (Type Type, string ClientFunction) Make(IEnumerable<(string Name, Type? Trigger)> functions)
    {
        var type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("DurableFunctions"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("DurableFunctions")
            .DefineType("DurableFunctions", TypeAttributes.Public | TypeAttributes.Sealed);
        // A public type: the generated code is an assembly of its own and sees nothing internal.
        var invoker = type.DefineField(InvokeField, typeof(Func<string, string?, string?, Task<object?>>), FieldAttributes.Public);
        foreach (var (function, trigger) in functions)
        {
            Define(type, invoker, function, trigger!);
        }

        var clientFunction = $"Client{Guid.NewGuid():N}"; // cannot be the name of one of the app's
        DefineClient(type, clientFunction);
        return (type.CreateType(), clientFunction);
    }

    private static Type? TriggerOf(FunctionDefinition function) => function.Trigger switch
    {
        { } trigger when trigger.Is("orchestrationTrigger") => typeof(OrchestrationTriggerAttribute),
        { } trigger when trigger.Is("activityTrigger") => typeof(ActivityTriggerAttribute),
        { } trigger when trigger.Is("entityTrigger") => typeof(EntityTriggerAttribute),
        _ => null,
    };

    /// <summary><c>[FunctionName(name)] Task&lt;object&gt; F([Trigger] string input, string instanceId) => Invoke(name, input, instanceId)</c>.</summary>
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
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldfld, invoker);
        code.Emit(OpCodes.Ldstr, name);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(activity ? OpCodes.Ldarg_2 : OpCodes.Ldnull);
        code.Emit(OpCodes.Callvirt, invoker.FieldType.GetMethod(nameof(DurableInvoker.Invoke))!);
        code.Emit(OpCodes.Ret);
    }

    /// <summary><c>[FunctionName(name), NoAutomaticTrigger] void F([DurableClient] string client) => Client = client</c>.</summary>
    private static void DefineClient(TypeBuilder type, string name)
    {
        var client = type.DefineField(ClientField, typeof(string), FieldAttributes.Public);
        var method = Method(type, name, typeof(void), [typeof(string)]);
        method.SetCustomAttribute(Attribute(typeof(NoAutomaticTriggerAttribute)));
        method.DefineParameter(1, ParameterAttributes.None, "client").SetCustomAttribute(Attribute(typeof(DurableClientAttribute)));
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(OpCodes.Stfld, client);
        code.Emit(OpCodes.Ret);
    }

    private static MethodBuilder Method(TypeBuilder type, string name, Type returns, Type[] parameters)
    {
        var method = type.DefineMethod($"F_{name}", MethodAttributes.Public, returns, parameters);
        method.SetCustomAttribute(Attribute(typeof(FunctionNameAttribute), name));
        return method;
    }

    private static CustomAttributeBuilder Attribute(Type attribute, params string[] arguments) =>
        new(attribute.GetConstructor([.. arguments.Select(static _ => typeof(string))])!, arguments);
}
