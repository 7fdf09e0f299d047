using System.Text.RegularExpressions;
using static Rules.Tests.Repository;

namespace Penalties.Tests;

public sealed partial class ReadmeTests
{
    public static TheoryData<string> Readmes() =>
        new(from folder in new[] { "functions", "tests", "infra" }
            from file in Directory.GetFiles(Path.Combine(Root, folder), "README.md", SearchOption.AllDirectories)
            where !file.Contains($"{Path.DirectorySeparatorChar}node_modules{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
            select Path.GetRelativePath(Root, file));

    [Theory]
    [InlineData("README.md")]
    [MemberData(nameof(Readmes))]
    public void Every_file_a_readme_links_to_exists(string readme)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Root, readme))!;
        var links = Links().Matches(File.ReadAllText(Path.Combine(Root, readme))).Select(match => match.Groups[1].Value).ToList();

        Assert.True(readme != "README.md" || links.Count > 15, "The table 'Follow one case' is not there.");
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(folder, link)), link));
    }

    [Fact]
    public void The_first_readme_stays_short_enough_to_be_read() =>
        Assert.InRange(File.ReadLines(Path.Combine(Root, "README.md")).Count(), 50, 250);

    [Fact]
    public void Every_step_of_the_orchestrator_is_followed_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        var steps = typeof(Requests.PenaltyRequestOrchestrator).Assembly.GetTypes()
            .Where(type => Enum.GetNames<Rules.StepKind>().Contains(type.Name)).Select(type => type.Name).ToList();

        Assert.True(steps.Count >= 9);
        Assert.All(steps, step => Assert.True(readme.Contains($"{step}.cs", StringComparison.Ordinal), step));
    }

    [Fact]
    public void Every_settings_section_is_in_the_apps_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "functions", "Penalties", "README.md"));
        var sections = typeof(Requests.FollowUpOptions).Assembly.GetTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
            .Select(type => type.GetField("Section")?.GetRawConstantValue() as string).OfType<string>().ToList();

        Assert.True(sections.Count >= 9);
        Assert.All(sections, section => Assert.Contains($"`{section}:", readme, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\]\((?!https?:)([^)#]+)\)")]
    private static partial Regex Links();
}
