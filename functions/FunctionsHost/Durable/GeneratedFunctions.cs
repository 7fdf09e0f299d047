using System.Reflection;
using System.Reflection.Emit;
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

    /// <summary>Called once, it leaves in <see cref="ClientJson"/> what the extension writes for a durableClient binding. No app's name is like it.</summary>
    public static readonly string ClientFunction = $"Client{Guid.NewGuid():N}";

    // One type an app, not one a host: what was made of a type for its calls is never freed, however the type was made.
    private static readonly ConcurrentDictionary<string, Type> Types = new(StringComparer.Ordinal);

    private readonly object _instance;

    public GeneratedFunctions(IEnumerable<FunctionDefinition> functions, DurableInvoker invoke)
    {
        List<(string Name, Type Trigger)> durable = [.. functions.SelectMany(Durable), (ClientFunction, typeof(DurableClientAttribute))];
        var type = Types.GetOrAdd(string.Join('\n', durable.Select(static f => $"{f.Name} {f.Trigger.Name}").Order(StringComparer.Ordinal)), _ => Make(durable));
        _instance = Activator.CreateInstance(type)!;
        Func<string, string?, string?, Task<object?>> call = (name, input, id) => name == ClientFunction ? Keep(input) : invoke(name, input, id);
        type.GetField(InvokeField)!.SetValue(_instance, call);
    }

    public string? ClientJson { get; private set; }

    public IReadOnlyList<Type> GetTypes() => [_instance.GetType()];

    public T CreateInstance<T>() => (T)_instance;

    private static IEnumerable<(string Name, Type Trigger)> Durable(FunctionDefinition function) => function.Trigger switch
    {
        { } trigger when trigger.Is(BindingTypes.Orchestration) => [(function.Name, typeof(OrchestrationTriggerAttribute))],
        { } trigger when trigger.Is(BindingTypes.Activity) => [(function.Name, typeof(ActivityTriggerAttribute))],
        { } trigger when trigger.Is(BindingTypes.Entity) => [(function.Name, typeof(EntityTriggerAttribute))],
        _ => [],
    };

    private static Type Make(IEnumerable<(string Name, Type Trigger)> functions)
    {
        var type = AssemblyBuilder.DefineDynamicAssembly(new AssemblyName("DurableFunctions"), AssemblyBuilderAccess.Run)
            .DefineDynamicModule("DurableFunctions")
            .DefineType("DurableFunctions", TypeAttributes.Public | TypeAttributes.Sealed);
        // A public type: the generated code is an assembly of its own and sees nothing internal.
        var invoker = type.DefineField(InvokeField, typeof(Func<string, string?, string?, Task<object?>>), FieldAttributes.Public);
        foreach (var (name, trigger) in functions)
        {
            Define(type, invoker, name, trigger);
        }

        return type.CreateType();
    }

    /// <summary><c>[FunctionName(name)] Task&lt;object&gt; F([Trigger] string input, string instanceId) => Invoke(name, input, instanceId)</c>.</summary>
    private static void Define(TypeBuilder type, FieldInfo invoker, string name, Type trigger)
    {
        var isActivity = trigger == typeof(ActivityTriggerAttribute);
        var isClient = trigger == typeof(DurableClientAttribute);
        var returns = isClient ? typeof(Task) : typeof(Task<object>); // nothing takes what a function without a trigger returns
        var method = type.DefineMethod($"F_{name}", MethodAttributes.Public, returns, isActivity ? [typeof(string), typeof(string)] : [typeof(string)]);
        method.SetCustomAttribute(Attribute(typeof(FunctionNameAttribute), name));
        method.DefineParameter(1, ParameterAttributes.None, "input").SetCustomAttribute(Attribute(trigger));
        if (isActivity)
        {
            method.DefineParameter(2, ParameterAttributes.None, "instanceId");
        }

        if (isClient)
        {
            method.SetCustomAttribute(Attribute(typeof(NoAutomaticTriggerAttribute)));
        }

        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldarg_0);
        code.Emit(OpCodes.Ldfld, invoker);
        code.Emit(OpCodes.Ldstr, name);
        code.Emit(OpCodes.Ldarg_1);
        code.Emit(isActivity ? OpCodes.Ldarg_2 : OpCodes.Ldnull);
        code.Emit(OpCodes.Callvirt, invoker.FieldType.GetMethod(nameof(DurableInvoker.Invoke))!);
        code.Emit(OpCodes.Ret);
    }

    private static CustomAttributeBuilder Attribute(Type attribute, params string[] arguments) =>
        new(attribute.GetConstructor([.. arguments.Select(static _ => typeof(string))])!, arguments);

    private Task<object?> Keep(string? json)
    {
        ClientJson = json;
        return Task.FromResult<object?>(null);
    }
}
