using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Worker;

/// <summary>A function as its invocations describe it.</summary>
internal sealed class InvocationDefinition(string name, MethodInfo method, string triggerParameter, string triggerType) : FunctionDefinition
{
    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. method.GetParameters().Select(static p => new FunctionParameter(p.Name!, p.ParameterType))];

    public override string PathToAssembly { get; } = method.DeclaringType!.Assembly.Location;

    public override string EntryPoint { get; } = EntryPointOf(method);

    /// <summary>The same in every process that runs this function.</summary>
    public override string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(EntryPointOf(method))).AsSpan(0, 8));

    public override string Name => name;

    public override IImmutableDictionary<string, BindingMetadata> InputBindings { get; } = ImmutableDictionary<string, BindingMetadata>.Empty
        .Add(triggerParameter, new TriggerMetadata(triggerParameter, triggerType));

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => ImmutableDictionary<string, BindingMetadata>.Empty;

    private static string EntryPointOf(MethodInfo method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    private sealed class TriggerMetadata(string name, string type) : BindingMetadata
    {
        public override string Name => name;

        public override string Type => type;

        public override BindingDirection Direction => BindingDirection.In;
    }
}
