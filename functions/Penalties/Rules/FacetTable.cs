using System.Collections;

namespace Penalties.Rules;

/// <summary>The rows of one facet: state × event → state. What is not a row is refused.</summary>
public sealed class FacetTable<TState>(string facet) : IEnumerable<(TState From, Type Event, TState To)>
    where TState : struct, Enum
{
    private readonly Dictionary<(TState From, Type Event), TState> _rows = [];

    public string Facet { get; } = facet;

    public void Add(TState from, Type happened, TState to) => _rows.Add((from, happened), to);

    /// <summary>Whether any row of this facet is about such an event.</summary>
    public bool Knows(CaseEvent happened) => _rows.Keys.Any(row => row.Event == happened.GetType());

    /// <summary>The state after the event, or the refusal.</summary>
    public (TState To, Refusal? Refusal) Next(TState from, CaseEvent happened)
    {
        if (_rows.TryGetValue((from, happened.GetType()), out var to))
        {
            return (to, null);
        }

        // The same fact told twice is not an error of the teller: it is named apart from a fact that cannot be.
        var already = _rows.Any(row => row.Key.Event == happened.GetType() && EqualityComparer<TState>.Default.Equals(row.Value, from));
        return (from, new(already ? RefusalKind.AlreadyInTargetState : RefusalKind.InvalidTransition, Facet, from.ToString(), happened.GetType().Name));
    }

    public IEnumerator<(TState From, Type Event, TState To)> GetEnumerator() =>
        _rows.Select(row => (row.Key.From, row.Key.Event, row.Value)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}

[JsonConverter(typeof(JsonStringEnumConverter<RefusalKind>))]
public enum RefusalKind
{
    AlreadyInTargetState,
    InvalidTransition,
}

/// <summary>A change the state does not allow: which facet stood where when what happened.</summary>
public sealed record Refusal(RefusalKind Kind, string Facet, string State, string Event)
{
    public override string ToString() => Kind is RefusalKind.AlreadyInTargetState
        ? $"{Event}: {Facet} is already {State}."
        : $"{Event} is not possible while {Facet} is {State}.";
}
