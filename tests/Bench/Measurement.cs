using System.CommandLine.Parsing;

namespace Bench;

/// <summary>One bench.</summary>
/// <param name="Tells">What its figures are about, in one line.</param>
internal sealed record Measurement(string Name, string Tells, Func<Run, Task<IReadOnlyList<Figure>>> Measure, params IReadOnlyList<Option> Options)
{
    /// <summary>An option that says how much is measured.</summary>
    public static Option<int> Count(string name, string what, int usually, int least, int most)
    {
        var option = new Option<int>(name) { Description = what, DefaultValueFactory = _ => usually };
        option.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() is var value && (value < least || value > most))
            {
                given.AddError($"{name} is {value}; allowed: {least} to {most}.");
            }
        });
        return option;
    }
}

/// <summary>A bench at work.</summary>
/// <param name="Given">The options it was started with.</param>
/// <param name="Tell">Says how far it is.</param>
internal sealed record Run(ParseResult Given, Action<string> Tell, CancellationToken Cancellation);
