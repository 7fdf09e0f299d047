namespace Model.Tests;

/// <summary>
/// Histories as running cases of every released version have them stored: an orchestrator that does not repeat each of them turn by turn would
/// break those cases. A change that breaks one here needs a new version (tests/README.md), not another file. RECORD_HISTORIES=1 records those
/// of the present version.
/// </summary>
public sealed class GoldenHistories
{
    public static TheoryData<string, string> All()
    {
        var data = new TheoryData<string, string>();
        foreach (var (version, name) in GoldenHistory.All.Union(GoldenRecordings.All.Keys.Select(static name => (Centre.AppVersion, name))).Order())
        {
            data.Add(version, name);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(All))]
    public async Task Are_repeated_turn_by_turn(string version, string name)
    {
        if (version == Centre.AppVersion && Environment.GetEnvironmentVariable("RECORD_HISTORIES") == "1")
        {
            (await GoldenRecordings.Record(name)).Write(version, name);
        }

        var history = GoldenHistory.Read(version, name);

        Assert.Equal(version, history.Start.Version);
        var difference = history.FirstDifference(Centre.Orchestrators);
        Assert.True(difference is null, difference);
    }

    [Fact]
    public void Every_orchestrator_of_the_app_has_one_of_the_present_version()
    {
        var orchestrators = Centre.Orchestrators.GetOrchestrators().Select(static one => one.Key.Name).ToHashSet();
        var recorded = GoldenHistory.All.Where(static one => one.Version == Centre.AppVersion)
            .Select(static one => GoldenHistory.Read(one.Version, one.Name).Start.Name)
            .ToHashSet();

        Assert.NotEmpty(orchestrators);
        Assert.Equal(orchestrators.Order(), recorded.Order());
    }

    [Fact]
    public void A_case_filed_at_half_past_midnight_waits_in_two_hops()
    {
        var hops = GoldenHistory.Read(Centre.AppVersion, "filed-at-half-past-midnight").Events.Where(static e => e.TimerCreated is not null)
            .Select(static e => e.TimerCreated.FireAt.ToDateTime() - e.Timestamp.ToDateTime()).Where(static wait => wait > TimeSpan.FromHours(1)).ToList();
        Assert.Equal(2, hops.Count);
        Assert.Equal(TimeSpan.FromHours(71), hops[0]);
    }
}
