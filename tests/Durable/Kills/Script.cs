using Durable.Tests.Twins;
using Microsoft.DurableTask;

namespace Durable.Tests.Kills;

/// <summary>Orchestrations, and what happens to them from outside, one step after the other: each begins when nothing runs any more.</summary>
internal sealed record Script(string Name, Action<DurableTaskRegistry, Journal> Functions, IReadOnlyList<Step> Steps);

/// <summary>Calls of a client, or time that passes.</summary>
internal sealed record Step(string Words, Func<DurableHost, Task>? Call, TimeSpan Passes)
{
    public static Step Do(string words, Func<DurableHost, Task> call) => new(words, call, TimeSpan.Zero);

    public static Step Pass(TimeSpan time) => new($"let {time} pass", null, time);
}
