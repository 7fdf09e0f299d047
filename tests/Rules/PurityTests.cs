using Microsoft.CodeAnalysis;

namespace Rules.Tests;

public sealed class PurityTests
{
    [Fact]
    public void The_rules_know_neither_Azure_nor_Microsoft()
    {
        var folder = Path.Combine(Repository.Root, "functions", "Penalties", "Rules");
        var files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories);

        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.DoesNotMatch(@"\b(Azure|Microsoft)\.", File.ReadAllText(file)));
    }

    [Fact]
    public void No_function_class_is_compiled_conditionally_and_the_program_is_short()
    {
        var files = Directory.GetFiles(Path.Combine(Repository.Root, "functions", "Penalties"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        Assert.All(files, file => Assert.DoesNotContain("#if", File.ReadAllText(file), StringComparison.Ordinal));
        Assert.True(File.ReadAllLines(Path.Combine(Repository.Root, "functions", "Penalties", "Program.cs")).Length < 30);
    }

    /// <summary>A pattern of .editorconfig that fits no file is no error to anybody: asked as the compiler asks it.</summary>
    [Fact]
    public void The_banned_symbols_hold_for_orchestrators_what_runs_inside_them_and_the_rules()
    {
        var path = Path.Combine(Repository.Root, ".editorconfig");
        var settings = AnalyzerConfigSet.Create(new List<AnalyzerConfig> { AnalyzerConfig.Parse(File.ReadAllText(path), path) });
        var penalties = Path.Combine(Repository.Root, "functions", "Penalties");
        var files = Directory.GetFiles(penalties, "*.cs", SearchOption.AllDirectories).ToLookup(file =>
            file.StartsWith(Path.Combine(penalties, "Rules"), StringComparison.Ordinal)
            || Path.GetFileName(file) is "Doorbell.cs" or "StepActivities.cs" or "RetryPolicies.cs"
            || File.ReadAllText(file).Contains("[OrchestrationTrigger]", StringComparison.Ordinal));

        Assert.True(files[true].Count() > 30);
        Assert.All(files[true], file => Assert.Equal(ReportDiagnostic.Error, Ban(file)));
        Assert.All(files[false], file => Assert.Equal(ReportDiagnostic.Suppress, Ban(file)));

        ReportDiagnostic Ban(string file) => settings.GetOptionsForSourcePath(file).TreeOptions["RS0030"];
    }
}
