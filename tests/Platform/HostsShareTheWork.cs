using System.Collections.Concurrent;
using System.Diagnostics;
using Azure.Data.Tables;
using LocalHost.Sandbox;

namespace Platform.Tests;

/// <summary>Two host processes on one task hub, as Azure runs several: both work, and what one had begun the other ends.</summary>
[Collection(SeveralHosts.Name)]
public sealed class HostsShareTheWork(TwoHosts hosts)
{
    [Fact]
    public async Task Starts_and_knocks_of_a_case_at_the_same_moment_at_both_make_one_case_of_which_all_happens_once()
    {
        var cases = await hosts.NewCases(4);
        await hosts.First.Desk.World.ReportSms(new(hosts.First.ReportsTo, Repeat: 3));
        await Task.WhenAll(cases.SelectMany(story => new[] { story.AtFirst, story.AtSecond }).SelectMany(static story => new[]
        {
            story.Tell(Chapter.Filed), story.Tell(Chapter.Filed), story.Tell(Chapter.Filed), story.Tell(Chapter.AskedAgain), story.Tell(Chapter.AskedAgain),
            story.UntilTaken("a knock", story.Knock), story.UntilTaken("a knock", story.Knock), story.Tell(Chapter.Concluded),
        }));
        await Task.WhenAll(cases.Select(static story => story.AtFirst.Seen(Chapter.Answered)));
        await Task.WhenAll(cases.SelectMany(static story => new[] { story.AtFirst.Goes(Chapter.Delivered), story.AtSecond.UntilTaken("a knock", story.AtSecond.Knock) }));

        await End("starts and knocks at the same moment", cases, TimeSpan.Zero);
        var instances = await Instances();
        Assert.All(cases, story => Assert.Single(instances, id => id.StartsWith(story.AtFirst.Id, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Cases_filed_at_both_go_to_their_ends_whichever_host_runs_their_steps()
    {
        var worked = new ConcurrentDictionary<HostProcess, bool>();
        foreach (var host in new[] { hosts.First, hosts.Second })
        {
            host.Line.Hear((_, request) =>
            {
                if (request.Contains("TaskCompletedEvent", StringComparison.Ordinal))
                {
                    worked[host] = true;
                }
            });
        }

        var cases = await hosts.NewCases(8);
        await Task.WhenAll(cases.Select(static (story, number) => number % 2 == 0 ? story.AtFirst : story.AtSecond).Select(GoesToItsEnd));

        await End("cases shared by two hosts", cases, TimeSpan.Zero);
        Assert.Equal(2, worked.Count);
    }

    [Fact]
    public async Task And_when_one_is_killed_in_the_middle_of_its_work_the_other_ends_it()
    {
        var cases = await hosts.NewCases(8);
        var step = hosts.Second.Line.Stop("Table", FaultMoment.Before, "$batch", "log|");
        var filing = Task.WhenAll(cases.Select(static (story, number) => number % 2 == 0 ? story.AtFirst.Tell(Chapter.Filed) : FiledAtSecond(story)));
        await step.Reached.WaitAsync(HostProcess.Limit);
        var began = Stopwatch.StartNew();
        await hosts.Second.Kill();
        step.LetGo();

        await filing;
        await Task.WhenAll(cases.Select(static story => story.AtFirst.Seen(Chapter.Filed)));
        var late = began.Elapsed;
        await Task.WhenAll(cases.Select(static story => story.AtFirst.GoesOn()));
        await hosts.Second.Start();

        await End("one of two hosts killed", cases, late);
    }

    [Fact]
    public async Task A_second_host_on_a_clock_of_its_own_is_refused_with_a_sentence()
    {
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => hosts.First.BeginAnother(new() { Options = ["--day", "10s"] }));

        Assert.Contains("hosts share a hub in real time only", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Whoever finds a host dead comes again to the one that lives.</summary>
    private static async Task FiledAtSecond((WholeCase AtFirst, WholeCase AtSecond) story)
    {
        try
        {
            await story.AtSecond.TellOnce(Chapter.Filed);
        }
        catch (Exception nobody) when (WholeCase.IsNoAnswer(nobody))
        {
            await story.AtFirst.Tell(Chapter.Filed);
        }
    }

    private static async Task GoesToItsEnd(WholeCase story)
    {
        await story.Goes(Chapter.Filed);
        await story.GoesOn();
    }

    private async Task End(string subject, IEnumerable<(WholeCase AtFirst, WholeCase)> cases, TimeSpan late)
    {
        foreach (var (story, _) in cases)
        {
            Tally.Add(subject, await CaseEnd.Of(hosts.First, story), late, $"{subject}: {story.Id}\n{hosts.First.Output()}\n{hosts.Second.Output()}");
        }
    }

    private async Task<IReadOnlyList<string>> Instances()
    {
        var ids = new List<string>();
        await foreach (var row in hosts.First.Tables.GetTableClient($"{hosts.First.Prefix}Instances").QueryAsync<TableEntity>(select: ["PartitionKey"]))
        {
            ids.Add(row.PartitionKey);
        }

        return ids;
    }
}
