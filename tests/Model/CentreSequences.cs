using System.Collections.Concurrent;
using CsCheck;
using Penalties.Rules;
using Xunit.Abstractions;

namespace Model.Tests;

/// <summary>
/// Random sequences of everything that can happen, with duplicates, delays, reorderings and faults, played on the whole app. A sequence that
/// breaks an invariant is shrunk and printed with its seed and the logs of its cases. In a tenth of them every turn of an orchestration replays
/// its history, which costs six times as much; in the others sessions are kept until a restart. MODEL_SEQUENCES asks for more.
/// </summary>
public sealed class CentreSequences(ITestOutputHelper output)
{
    private static readonly long Sequences = long.TryParse(Environment.GetEnvironmentVariable("MODEL_SEQUENCES"), out var more) ? more : 10_000;

    [Fact]
    public void Hold_every_invariant_whatever_happens_in_whatever_order()
    {
        ConcurrentDictionary<string, long> happened = new();
        Gen.Select(Operation.Sequence, Gen.Int[0, 9].Select(tenth => tenth == 0)).Sample(
            (operations, replays) =>
            {
                foreach (var name in CentreRun.Play(operations, replays).GetAwaiter().GetResult())
                {
                    happened.AddOrUpdate(name, 1, (_, times) => times + 1);
                }
            },
            iter: Sequences,
            threads: Environment.ProcessorCount,
            print: played => $"replays: {played.Item2}\n{string.Join(",\n", played.Item1)}");

        output.WriteLine(string.Join('\n', happened.OrderBy(one => one.Value).Select(one => $"{one.Value,9:N0} {one.Key}")));
        Assert.Empty(typeof(CaseEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent))).Select(type => type.Name).Except(happened.Keys));
    }
}
