namespace Bench.Report;

/// <summary>One thing that was measured.</summary>
internal sealed record Figure(string Name, double Value, string Unit)
{
    /// <summary>"≤ 11", for example. Only counts, and ratios of two things measured in the same run, have a target; and promises to people.</summary>
    public string? Target { get; private init; }

    /// <summary>Whether it is met; null without one.</summary>
    public bool? Met { get; private init; }

    /// <summary>What people were promised: it depends on the machine, so it is told with it, and fails no run.</summary>
    public bool IsPromise { get; private init; }

    public static Figure AtMost(string name, double value, string unit, double most) => new(name, value, unit) { Target = $"≤ {most}", Met = value <= most };

    public static Figure AtLeast(string name, double value, string unit, double least) => new(name, value, unit) { Target = $"≥ {least}", Met = value >= least };

    public static Figure Promise(string name, double value, string unit, double most) => AtMost(name, value, unit, most) with { IsPromise = true };
}
