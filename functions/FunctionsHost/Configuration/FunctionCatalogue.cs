namespace FunctionsHosting.Configuration;

/// <summary>A function and what makes it run.</summary>
internal sealed record FunctionEntry(FunctionDefinition Definition, Trigger Trigger)
{
    public string Name => Definition.Name;
}

/// <summary>The functions of an app, all checked.</summary>
internal sealed record FunctionCatalogue(IReadOnlyList<FunctionEntry> Functions)
{
    /// <summary>Whether any function is durable, or starts durable ones.</summary>
    public bool NeedsTaskHub => Functions.Any(static one =>
        one.Trigger is DurableTrigger || one.Definition.Bindings.Any(static binding => binding.Is(BindingTypes.DurableClient)));

    /// <exception cref="HostStartException">Names every function and binding that this host cannot serve, and every setting that is missing.</exception>
    public static FunctionCatalogue Read(IEnumerable<FunctionDefinition> definitions, HostJson host, SettingNames settings)
    {
        var problems = new List<string>();
        var functions = new List<FunctionEntry>();
        foreach (var definition in definitions.Where(one => !IsDisabled(one.Name, settings)).OrderBy(static one => one.Name, StringComparer.Ordinal))
        {
            var reader = new TriggerReader(host, settings, problem => problems.Add($"function '{definition.Name}': {problem}"));
            if (reader.Read(definition) is { } trigger)
            {
                functions.Add(new(definition, trigger));
            }
        }

        return problems.Count == 0 ? new(functions) : throw new HostStartException("The function app cannot be used", problems);
    }

    /// <summary>The official switch: <c>AzureWebJobs.{function}.Disabled</c>.</summary>
    private static bool IsDisabled(string function, SettingNames settings) =>
        settings[$"AzureWebJobs.{function}.Disabled"] is { } text && (text == "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase));
}
