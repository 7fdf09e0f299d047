using System.Collections.Concurrent;
using CsCheck;
using Penalties.Rules;
using Xunit.Abstractions;

namespace Model.Tests;

/// <summary>
/// Random sequences of everything that can happen, with duplicates, delays, reorderings and faults, played on the whole app. A sequence that
/// breaks an invariant is shrunk and printed with its seed and the logs of its cases. MODEL_SEQUENCES asks for more.
/// </summary>
public sealed class CentreSequences(ITestOutputHelper output)
{
    private static readonly long Sequences = long.TryParse(Environment.GetEnvironmentVariable("MODEL_SEQUENCES"), out var more) ? more : 10_000;

    [Fact]
    public void Hold_every_invariant_whatever_happens_in_whatever_order()
    {
        ConcurrentDictionary<string, long> happened = new();
        Operation.Sequence.Sample(
            operations =>
            {
                foreach (var name in CentreRun.Play(operations).GetAwaiter().GetResult())
                {
                    happened.AddOrUpdate(name, 1, (_, times) => times + 1);
                }
            },
            iter: Sequences,
            threads: Environment.ProcessorCount,
            print: operations => string.Join(",\n", operations));

        output.WriteLine(string.Join('\n', happened.OrderBy(one => one.Value).Select(one => $"{one.Value,9:N0} {one.Key}")));
        Assert.Empty(typeof(CaseEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent))).Select(type => type.Name).Except(happened.Keys));
    }
}
