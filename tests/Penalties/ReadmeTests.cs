using System.Text.RegularExpressions;
using static Rules.Tests.Repository;

namespace Penalties.Tests;

public sealed partial class ReadmeTests
{
    [Fact]
    public void Every_file_the_readme_links_to_exists()
    {
        var links = Links().Matches(File.ReadAllText(Path.Combine(Root, "README.md"))).Select(match => match.Groups[1].Value).ToList();

        Assert.True(links.Count > 15, "The table 'Follow one case' is not there.");
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Root, link)), link));
    }

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
    public void Every_settings_section_is_in_the_readme()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        var sections = typeof(Requests.FollowUpOptions).Assembly.GetTypes().Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal))
            .Select(type => type.GetField("Section")?.GetRawConstantValue() as string).OfType<string>().ToList();

        Assert.True(sections.Count >= 9);
        Assert.All(sections, section => Assert.Contains($"`{section}:", readme, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\]\(((?:functions|tests|infra)/[^)]+)\)")]
    private static partial Regex Links();
}
