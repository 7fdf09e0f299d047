using System.Diagnostics;
using LocalHost.Sandbox;

namespace Platform.Tests;

/// <summary>The broker dies while blocks are ordered and carried out; it comes back with what it had taken.</summary>
[Collection(SeveralHosts.Name)]
public sealed class BrokerKilled(TwoHosts hosts)
{
    private const string Subject = "broker killed";

    [Fact]
    public async Task And_comes_back_and_every_block_is_confirmed_once()
    {
        var cases = (await hosts.NewCases(6)).Select(static story => story.AtFirst).ToList();
        var carriedOut = new Effect(Chapter.Filed, SandboxSystem.DriverAdmin, SandboxOperations.MutualBlock, FaultMoment.After);
        var reached = await carriedOut.Arm(hosts.First);
        await Task.WhenAll(cases.Take(3).Select(static story => story.Tell(Chapter.Filed)));
        await reached;
        var began = Stopwatch.StartNew();
        await hosts.KillBroker();
        hosts.ToBroker.Be(Line.Refuses);
        await carriedOut.LetGo(hosts.First);

        // Three more are ordered while nobody takes orders.
        await Task.WhenAll(cases.Skip(3).Select(static story => story.Tell(Chapter.Filed)));
        await hosts.ToBroker.Felt.WaitAsync(HostProcess.Limit);
        await hosts.StartBroker();
        hosts.ToBroker.Be(Line.Passes);

        await Task.WhenAll(cases.Select(static story => story.Seen(Chapter.Filed)));
        var late = began.Elapsed;
        await Task.WhenAll(cases.Select(static story => story.GoesOn()));
        foreach (var story in cases)
        {
            Tally.Add(Subject, await CaseEnd.Of(hosts.First, story), late, $"{story.Id}\n{hosts.First.Output()}\n{hosts.Second.Output()}");
        }
    }
}
