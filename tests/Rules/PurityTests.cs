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

    [Fact]
    public void Every_orchestrator_stands_in_a_file_that_the_banned_symbols_hold_for()
    {
        var orchestrators = Directory.GetFiles(Path.Combine(Repository.Root, "functions", "Penalties"), "*.cs", SearchOption.AllDirectories)
            .Where(file => File.ReadAllText(file).Contains("[OrchestrationTrigger]", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(orchestrators);
        Assert.All(orchestrators, file => Assert.EndsWith("Orchestrator.cs", file, StringComparison.Ordinal));
    }
}
