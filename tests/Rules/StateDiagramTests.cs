using Penalties.Rules;

namespace Rules.Tests;

public sealed class StateDiagramTests
{
    private const string Begins = "<!-- state diagram: begins -->\n```mermaid\n";
    private const string Ends = "```\n<!-- state diagram: ends -->";

    /// <summary>With UPDATE_README=1 the diagram is written instead of compared.</summary>
    [Fact]
    public void The_readme_draws_the_table_as_it_is()
    {
        var file = Path.Combine(Repository.Root, "functions", "Penalties", "Rules", "README.md");
        var readme = File.ReadAllText(file);
        var from = readme.IndexOf(Begins, StringComparison.Ordinal) + Begins.Length;
        var to = readme.IndexOf(Ends, StringComparison.Ordinal);
        Assert.True(from >= Begins.Length && to > from, "functions/Penalties/Rules/README.md has no place for the state diagram.");

        if (Environment.GetEnvironmentVariable("UPDATE_README") == "1")
        {
            File.WriteAllText(file, string.Concat(readme.AsSpan(0, from), StateDiagram.Mermaid(), readme.AsSpan(to)));
            return;
        }

        Assert.True(
            StateDiagram.Mermaid() == readme[from..to],
            "The state diagram in functions/Penalties/Rules/README.md is not the transition table's; write it with: UPDATE_README=1 bash tests/run rules");
    }

    [Fact]
    public void Every_event_is_a_row_somewhere_or_told_of_the_case_as_it_stands()
    {
        var rows = Transitions.Standing.Select(row => row.Event).Concat(Transitions.Decision.Select(row => row.Event))
            .Concat(Transitions.Statement.Select(row => row.Event)).Concat(Transitions.Callback.Select(row => row.Event)).Concat(Transitions.Board.Select(row => row.Event)).Concat(Transitions.Block.Select(row => row.Event))
            .Concat(Transitions.Promise.Select(row => row.Event)).Concat(Transitions.Outcome.Select(row => row.Event))
            .Concat(Transitions.Message.Select(row => row.Event)).Concat(Transitions.Handover.Select(row => row.Event))
            .Concat(Transitions.Life.Select(row => row.Event)).ToHashSet();
        var rowless = typeof(CaseEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent)) && !rows.Contains(type)).Select(type => type.Name);

        Assert.Equal([nameof(CaseFiled), nameof(ManagerReminded), nameof(ManagersTold), nameof(NotesWritten), nameof(NoticesDropped), nameof(StepFailed), nameof(TextsRefused)], rowless.Order());
    }
}
