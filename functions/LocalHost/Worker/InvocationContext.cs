using System.Collections;
using System.Diagnostics;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Worker;

/// <summary>One invocation as the function and the middleware see it.</summary>
internal sealed class InvocationContext : FunctionContext
{
    private readonly InvocationBindingContext _binding = new();
    private readonly CancellationToken _cancellation;

    public InvocationContext(FunctionEntry function, IServiceProvider services, CancellationToken cancellation)
    {
        Function = function;
        InstanceServices = services;
        _cancellation = cancellation;
    }

    public FunctionEntry Function { get; }

    /// <summary>What the function returned; null before, and for functions without a result.</summary>
    public object? Result { get; set; }

    /// <summary>The trigger's data by name, ignoring case; triggers fill it before the function runs.</summary>
    public Dictionary<string, object?> BindingData => _binding.Data;

    public override string InvocationId { get; } = Guid.NewGuid().ToString();

    public override string FunctionId => Function.Definition.Id;

    public override TraceContext TraceContext { get; } = new InvocationTrace(Activity.Current);

    public override BindingContext BindingContext => _binding;

    public override RetryContext RetryContext { get; } = new FirstTry();

    public override IServiceProvider InstanceServices { get; set; }

    public override FunctionDefinition FunctionDefinition => Function.Definition;

    public override IDictionary<object, object> Items { get; set; } = new Dictionary<object, object>();

    public override IInvocationFeatures Features { get; } = new InvocationFeatures();

    public override CancellationToken CancellationToken => _cancellation;

    /// <summary>The feature a trigger always sets.</summary>
    public T Required<T>()
        where T : class =>
        Features.Get<T>() ?? throw new InvalidOperationException($"Function '{Function.Name}' was not invoked with a {typeof(T).Name}.");

    public object CreateInstance(Type type) => ActivatorUtilities.CreateInstance(InstanceServices, type);

    private sealed class InvocationBindingContext : BindingContext
    {
        public Dictionary<string, object?> Data { get; } = new(StringComparer.OrdinalIgnoreCase);

        public override IReadOnlyDictionary<string, object?> BindingData => Data;
    }

    private sealed class InvocationTrace(Activity? activity) : TraceContext
    {
        public override string TraceParent => activity?.Id ?? "";

        public override string TraceState => activity?.TraceStateString ?? "";
    }

    private sealed class FirstTry : RetryContext
    {
        public override int RetryCount => 0;

        public override int MaxRetryCount => 0;
    }

    private sealed class InvocationFeatures : IInvocationFeatures
    {
        private readonly Dictionary<Type, object> _features = [];

        public void Set<T>(T instance)
        {
            ArgumentNullException.ThrowIfNull(instance);
            _features[typeof(T)] = instance;
        }

        public T? Get<T>() => _features.TryGetValue(typeof(T), out var feature) ? (T)feature : default;

        public IEnumerator<KeyValuePair<Type, object>> GetEnumerator() => _features.GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
