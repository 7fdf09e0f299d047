using System.Reflection;

namespace LocalHost.Worker;

/// <summary>A function app: its classes, and the Program that builds and runs its host.</summary>
/// <param name="Name">The name of the assembly; it must be loadable by it.</param>
/// <param name="Folder">Where its host.json is.</param>
/// <param name="Types">The types that may hold functions.</param>
/// <param name="Main">The app's entry point; returns when its host has stopped.</param>
public sealed record FunctionApp(string Name, string Folder, IReadOnlyList<Type> Types, Action<string[]> Main)
{
    /// <exception cref="HostStartException">The assembly has no entry point.</exception>
    public static FunctionApp From(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        var name = assembly.GetName().Name!;
        var main = assembly.EntryPoint
            ?? throw new HostStartException($"{name} has no entry point; a function app is an executable with a Program.cs.");
        object?[] Arguments(string[] args) => main.GetParameters().Length == 0 ? [] : [args];
        return new(
            name,
            Path.GetDirectoryName(assembly.Location)!,
            assembly.GetTypes(),
            args => main.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, Arguments(args), culture: null));
    }
}
