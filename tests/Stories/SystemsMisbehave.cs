using System.Globalization;
using FunctionsHosting.Storage;
using LocalHost.Sandbox;
using LocalHost.Tour;

namespace Stories.Tests;

/// <summary>
/// Every outside system with every way of misbehaving: the case comes to its right end, nothing lost, doubled or untrue. What became of each is
/// written to <c>TestResults/faults.txt</c>, which the run prints.
/// </summary>
[Collection(OnAzuriteBeside.Name)]
public sealed class SystemsMisbehave(StorageFixture storage, FaultTable table) : IClassFixture<FaultTable>
{
    /// <summary>How often a fault shows that is not ordered by a rate: the short repeats of one step see it, and more.</summary>
    private const int Times = 4;

    private static readonly (string Name, Fault Order)[] Faults =
    [
        ("refuses with 503", Of(FaultKind.Status, FaultMoment.Before) with { Status = 503 }),
        ("fails with 500 after it was done", Of(FaultKind.Status, FaultMoment.After) with { Status = 500 }),
        ("asks for patience with 429", Of(FaultKind.Status, FaultMoment.Before) with { Status = 429, RetryAfterSeconds = 1, Times = 2 }),
        ("takes our credentials away for a while (401)", Of(FaultKind.Status, FaultMoment.Before) with { Status = 401 }),
        ("closes the connection before it acts", Of(FaultKind.Drop, FaultMoment.Before)),
        ("closes the connection after it acted", Of(FaultKind.Drop, FaultMoment.After)),
        ("cuts the answer off", Of(FaultKind.CutBody, FaultMoment.After)),
        ("answers something else than its contract", Of(FaultKind.Garbage, FaultMoment.After)),
        ("answers something else and does nothing", Of(FaultKind.Garbage, FaultMoment.Before)),
        ("is slow", Of(FaultKind.Delay, FaultMoment.Before) with { DelayMs = 150 }),
        ("does not answer in time", Of(FaultKind.Delay, FaultMoment.After) with { DelayMs = 900, Times = 2 }),
        ("answers bit by bit", Of(FaultKind.SlowBody, FaultMoment.After) with { DelayMs = 200 }),
        ("begins to answer and does not end", Of(FaultKind.SlowBody, FaultMoment.After) with { DelayMs = 3_600_000, Times = 2 }),
        ("loses three answers in ten", Of(FaultKind.Drop, FaultMoment.After) with { Times = null, Rate = 0.3, Seed = 11 }),
    ];

    public static TheoryData<string, string> Combinations
    {
        get
        {
            var all = new TheoryData<string, string>();
            foreach (var system in new[] { "crm", "board", "driver-admin", "sms (Solapi)", "sms (NHN Cloud)" })
            {
                foreach (var (name, _) in Faults)
                {
                    all.Add(system, name);
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Combinations))]
    public async Task And_the_case_comes_to_its_right_end(string system, string fault)
    {
        (string, string)[] settings =
        [
            ("Sms:Provider", system == "sms (NHN Cloud)" ? "NhnCloud" : "Solapi"),
            // Less than the slowest fault takes.
            ("Resilience:AttemptTimeout", "00:00:00.7"), ("Resilience:CallTimeout", "00:00:05"),
        ];
        await using var story = await Story.Begin(storage, "2026-09-18 22:30 KST", settings);
        var order = Faults.Single(one => one.Name == fault).Order with { System = SystemOf(system) };
        await story.World.Order(order);
        var request = await story.File(A.FeedbackRequest);
        await story.AdvanceTo("2026-09-19 10:00 KST");
        var struck = await Struck(story);
        if (order.Rate is null)
        {
            await story.World.ClearFaults();
        }

        await story.Desk.Conclude(request.CaseId, "warning", "lead-3", Kst.Parse("2026-09-19 10:00 KST"), push: false);
        await story.AdvanceTo("2026-09-21 08:55 KST");
        if (order.Rate is null)
        {
            await story.World.Order(order);
        }

        await story.AdvanceTo("2026-09-23 12:00 KST");
        struck = Math.Max(struck, await Struck(story));
        var received = await story.Received(request);
        var sms = (await story.World.Received()).Sms;
        var state = await story.StateOf(request);
        table.Add(system, fault, string.Create(
            CultureInfo.InvariantCulture,
            $"{struck} times; {state}: {received.Posts.Count()} post, {received.Blocks.Count(block => !block.Unblocked)} block, {sms.Count} SMS, {received.NoteLines.Count()} notes"));

        Assert.True(struck > 0, "The fault never showed.");
        Assert.Single(received.Posts);
        Assert.Single(received.Blocks, block => !block.Unblocked);
        Assert.Equal(Script.FeedbackBody("09월 18일"), Assert.Single(sms).Text);
        Assert.True(sms[0].Delivered);
        Assert.Equal(received.NoteLines.Distinct(), received.NoteLines);
        Assert.Equal(received.Board.Select(post => post.Text).Distinct(), received.Board.Select(post => post.Text));
        Assert.Contains(received.NoteLines, line => line.Contains("결과 안내 문자 발송 완료", StringComparison.Ordinal));
        Assert.All(received.Notes, note => Assert.False(note.Public));
        Assert.Equal("Closed", state);
    }

    /// <summary>How often the sandbox did what it was ordered.</summary>
    private static async Task<int> Struck(Story story)
    {
        var state = await story.World.Scenario();
        return state.Standing.Concat(state.UsedUp).Sum(one => one.CarriedOut);
    }

    private static Fault Of(FaultKind kind, FaultMoment when) => new() { System = SandboxSystem.Crm, Kind = kind, When = when, Times = Times };

    private static SandboxSystem SystemOf(string name) => name switch
    {
        "crm" => SandboxSystem.Crm,
        "board" => SandboxSystem.Board,
        "driver-admin" => SandboxSystem.DriverAdmin,
        _ => SandboxSystem.Sms,
    };
}

/// <summary>What became of the case for each system and fault, as a table for people.</summary>
public sealed class FaultTable : IDisposable
{
    private readonly SortedDictionary<string, string> _rows = new(StringComparer.Ordinal);

    public void Add(string system, string fault, string end)
    {
        lock (_rows)
        {
            _rows[$"{system,-16} {fault,-46}"] = end;
        }
    }

    public void Dispose()
    {
        var results = Directory.CreateDirectory(Path.Combine(RepositoryRoot.Path, "TestResults"));
        File.WriteAllLines(Path.Combine(results.FullName, "faults.txt"), _rows.Select(row => $"{row.Key} → {row.Value}"));
    }
}
