using System.Text;

namespace Penalties.Rules;

/// <summary>The transition table as a Mermaid state diagram: one composite state a facet, one arrow a row.</summary>
public static class StateDiagram
{
    public static string Mermaid()
    {
        var text = new StringBuilder("stateDiagram-v2\n");
        Draw(text, Transitions.Standing);
        Draw(text, Transitions.Decision);
        Draw(text, Transitions.Statement);
        Draw(text, Transitions.Board);
        Draw(text, Transitions.Block);
        Draw(text, Transitions.Promise);
        Draw(text, Transitions.Outcome);
        Draw(text, Transitions.Message);
        Draw(text, Transitions.Callback);
        Draw(text, Transitions.Handover);
        Draw(text, Transitions.Life);
        return text.ToString();
    }

    private static void Draw<TState>(StringBuilder text, FacetTable<TState> facet)
        where TState : struct, Enum
    {
        // Names of states are unique in the whole diagram, so each carries its facet.
        string Id(TState state) => $"{typeof(TState).Name[..^"State".Length]}_{state}";

        text.Append($"    state \"{facet.Facet}\" as {typeof(TState).Name} {{\n");
        foreach (var state in Enum.GetValues<TState>())
        {
            text.Append($"        state \"{state}\" as {Id(state)}\n");
        }

        foreach (var arrow in facet.GroupBy(row => (row.From, row.To)))
        {
            text.Append($"        {Id(arrow.Key.From)} --> {Id(arrow.Key.To)}: {string.Join(", ", arrow.Select(row => row.Event.Name))}\n");
        }

        text.Append("    }\n");
    }
}
