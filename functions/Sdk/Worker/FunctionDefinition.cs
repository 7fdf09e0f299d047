using System.Collections.Immutable;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>What the host knows of a function.</summary>
public abstract class FunctionDefinition
{
    public abstract ImmutableArray<FunctionParameter> Parameters { get; }

    public abstract string PathToAssembly { get; }

    /// <summary><c>Namespace.Class.Method</c>.</summary>
    public abstract string EntryPoint { get; }

    public abstract string Id { get; }

    public abstract string Name { get; }

    public abstract IImmutableDictionary<string, BindingMetadata> InputBindings { get; }

    public abstract IImmutableDictionary<string, BindingMetadata> OutputBindings { get; }
}

/// <summary>A parameter of a function.</summary>
public class FunctionParameter(string name, Type type)
{
    public string Name { get; } = name;

    public Type Type { get; } = type;
}

/// <summary>A binding of a function.</summary>
public abstract class BindingMetadata
{
    public abstract string Name { get; }

    /// <summary>For example <c>httpTrigger</c>.</summary>
    public abstract string Type { get; }

    public abstract BindingDirection Direction { get; }
}

/// <summary>Which way a binding's value goes.</summary>
public enum BindingDirection
{
    In,
    Out,
}
