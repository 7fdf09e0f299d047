namespace Durable.Tests.Kills;

/// <summary>Where, around a commit, the process dies.</summary>
internal enum Moment
{
    /// <summary>The commit has not been sent.</summary>
    Before,

    /// <summary>It is stored; nobody has seen the answer.</summary>
    Stored,

    /// <summary>It was answered, and all has happened that follows without another commit: activities have run, callers have their answer.</summary>
    Answered,
}

/// <summary>Which script a process plays on which hub. Where the hub's journal tells of a kill, it goes on from there.</summary>
internal sealed record Order(string Script, string Hub)
{
    /// <summary>As the point: whichever commit with changes comes first.</summary>
    public const string FirstCommit = "first";

    /// <summary>The commit at which the process dies; null: it plays to the end and reports.</summary>
    public string? Point { get; init; }

    public Moment Moment { get; init; }

    /// <summary>After the kill it goes on a month later.</summary>
    public bool Late { get; init; }

    public override string ToString() => $"{Hub}: {Script}, killed {Moment switch
    {
        Moment.Before => "before",
        Moment.Stored => "when stored",
        Moment.Answered => "when answered",
    }}{(Late ? ", a month later" : string.Empty)}: {Point}";
}
