using System.Reflection;

namespace LocalHost.Worker;

/// <summary>Makes the value of one parameter for one invocation.</summary>
internal delegate ValueTask<object?> ParameterBinder(InvocationContext invocation);

/// <summary>A function of the app: a method, what makes it run, and how each of its parameters gets its value.</summary>
internal sealed class FunctionEntry
{
    private readonly MethodInvoker _invoker;
    private readonly Func<object?, Task<object?>> _result;
    private readonly IReadOnlyList<ParameterBinder> _binders;

    public FunctionEntry(string name, MethodInfo method, ParameterInfo triggerParameter, Trigger trigger, IReadOnlyList<ParameterBinder> binders)
    {
        _invoker = MethodInvoker.Create(method);
        _result = ReturnValue.Of(method.ReturnType);
        _binders = binders;
        Name = name;
        Method = method;
        Trigger = trigger;
        Definition = new InvocationDefinition(name, method, triggerParameter.Name!, trigger.Type);
    }

    public string Name { get; }

    public MethodInfo Method { get; }

    public Trigger Trigger { get; }

    public InvocationDefinition Definition { get; }

    /// <summary>Binds the parameters, makes the function's object in the invocation's scope (instance methods), calls and awaits it.</summary>
    public async Task<object?> Call(InvocationContext invocation)
    {
        var arguments = new object?[_binders.Count];
        for (var i = 0; i < arguments.Length; i++)
        {
            arguments[i] = await _binders[i](invocation);
        }

        if (Method.IsStatic)
        {
            return await _result(_invoker.Invoke(null, arguments.AsSpan()));
        }

        var instance = invocation.CreateInstance(Method.DeclaringType!);
        try
        {
            return await _result(_invoker.Invoke(instance, arguments.AsSpan()));
        }
        finally
        {
            if (instance is IAsyncDisposable asynchronous)
            {
                await asynchronous.DisposeAsync();
            }
            else
            {
                (instance as IDisposable)?.Dispose();
            }
        }
    }
}
