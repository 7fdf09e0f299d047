namespace Bench;

/// <param name="Target">Only for counts and for ratios of two things measured in the same run; "≤ 11", for example.</param>
/// <param name="Holds">Whether the target is met; null without one.</param>
public sealed record Figure(string Name, double Value, string Unit, string? Target = null, bool? Holds = null)
{
    public static Figure AtMost(string name, double value, string unit, double most) => new(name, value, unit, $"≤ {most}", value <= most);

    public static Figure AtLeast(string name, double value, string unit, double least) => new(name, value, unit, $"≥ {least}", value >= least);
}
