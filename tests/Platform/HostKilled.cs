namespace Platform.Tests;

/// <summary>
/// The host dies at a commit of a case, and the worker in it; after its restart everything has happened exactly once. What a dead host was working on
/// stays locked for a minute of real time, so all are played side by side: one of each kind, or every one (<c>bash tests/run platform --all</c>).
/// </summary>
[Collection(HostsToBeKilled.Name)]
public sealed class HostKilled(HostKills kills) : IClassFixture<HostKills>
{
    public static TheoryData<string> Kills => new(HostKills.Played);

    [Theory]
    [MemberData(nameof(Kills))]
    public Task And_the_case_ends_right(string at) => kills.At(at);

    [Fact]
    public Task Before_it_could_start_what_it_had_stored_and_nobody_asks_again_and_once_more_during_the_three_days() => kills.InNobodysCall;

    [Fact]
    public async Task Every_commit_of_a_case_is_one_of_these()
    {
        var (operations, events) = await kills.Commits;
        var known = CommitPoints.All.Select(static point => point.What).ToList();

        Assert.Empty(operations.Except(known).Except(CommitPoints.Looks));
        Assert.Empty(events.Except(known).Except(CommitPoints.WithTheFiling));
    }
}
