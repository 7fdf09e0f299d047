using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Worker;

/// <summary>All functions of an app, found by reflection and checked.</summary>
internal sealed class FunctionCatalogue
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private FunctionCatalogue(IReadOnlyList<FunctionEntry> functions)
    {
        Functions = functions;
    }

    /// <summary>By name.</summary>
    public IReadOnlyList<FunctionEntry> Functions { get; }

    /// <exception cref="HostStartException">Names every problem of every function at once.</exception>
    public static FunctionCatalogue Read(IEnumerable<Type> types, HostJson host, SettingNames settings)
    {
        var problems = new List<string>();
        var reader = new FunctionReader(new TriggerReader(host, settings), problems);
        var found = types
            .SelectMany(static type => type.GetMethods(Declared))
            .Select(static method => (method, name: method.GetCustomAttribute<FunctionAttribute>()?.Name))
            .Where(static f => f.name is not null)
            .OrderBy(static f => f.name, StringComparer.OrdinalIgnoreCase)
            .ToArray();

        foreach (var same in found.GroupBy(static f => f.name, StringComparer.OrdinalIgnoreCase).Where(static g => g.Count() > 1))
        {
            var places = same.Select(static f => $"{f.method.DeclaringType!.Name}.{f.method.Name}");
            problems.Add($"function name '{same.Key}' is used {same.Count()} times ({string.Join(", ", places)}); names are unique, ignoring case");
        }

        var functions = found.Select(f => reader.Read(f.name!, f.method)).OfType<FunctionEntry>().ToArray();
        problems.AddRange(SameRoutes(functions));
        problems.AddRange(SameNames(functions, "orchestrator", static t => (t as OrchestrationTrigger)?.Name));
        problems.AddRange(SameNames(functions, "activity", static t => (t as ActivityTrigger)?.Name));
        return problems.Count == 0 ? new(functions) : throw new HostStartException("The function app cannot be used", problems);
    }

    private static IEnumerable<string> SameRoutes(FunctionEntry[] functions) =>
        from function in functions
        where function.Trigger is HttpTrigger
        let http = (HttpTrigger)function.Trigger
        from method in http.Methods.DefaultIfEmpty("any method")
        group function.Name by (method, pattern: http.Pattern.ToUpperInvariant()) into same
        where same.Count() > 1
        select $"functions {Quoted(same)} serve the same route: {same.Key.method} {same.Key.pattern.ToLowerInvariant()}";

    private static IEnumerable<string> SameNames(FunctionEntry[] functions, string kind, Func<Trigger, string?> name) =>
        from function in functions
        group function.Name by name(function.Trigger)?.ToUpperInvariant() into same
        where same.Key is not null && same.Count() > 1
        select $"functions {Quoted(same)} have the same {kind} name";

    private static string Quoted(IEnumerable<string> names) => string.Join(" and ", names.Select(static name => $"'{name}'"));
}
