using System.Reflection;
using LocalHost.Durable;
using LocalHost.Durable.History;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Penalties.Intake;
using Penalties.Managers;
using Penalties.Requests;

namespace Model.Tests;

/// <summary>
/// Histories as running cases of every released version have them stored: an orchestrator that does not repeat each of them turn by turn would
/// break those cases. A change that breaks one here needs a new version (README, For developers), not another file.
/// </summary>
public sealed class GoldenHistories
{
    private const string BeforeVersions = "unversioned";

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

        Assert.Equal(version == BeforeVersions ? "" : version, history.Start.Version);
        var difference = history.FirstDifference(Orchestrators());
        Assert.True(difference is null, difference);
    }

    [Fact]
    public void Every_orchestrator_of_the_app_has_one_of_the_present_version()
    {
        var orchestrators = typeof(PenaltyRequestOrchestrator).Assembly.GetTypes()
            .SelectMany(static type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .Where(static method => method.GetParameters().Any(static p => p.GetCustomAttribute<OrchestrationTriggerAttribute>() is not null))
            .Select(static method => method.GetCustomAttribute<FunctionAttribute>()!.Name)
            .ToHashSet();
        var recorded = GoldenHistory.All.Where(static one => one.Version == Centre.AppVersion)
            .Select(static one => GoldenHistory.Read(one.Version, one.Name).Start.Name)
            .ToHashSet();

        Assert.NotEmpty(orchestrators);
        Assert.Equal(orchestrators.Order(), recorded.Order());
    }

    [Fact]
    public void A_case_filed_at_half_past_midnight_waits_in_two_hops()
    {
        var hops = GoldenHistory.Read(Centre.AppVersion, "filed-at-half-past-midnight").Events.OfType<TimerCreated>()
            .Where(timer => timer.FireAt - timer.Timestamp > TimeSpan.FromHours(1)).ToList();
        Assert.Equal(2, hops.Count);
        Assert.Equal(TimeSpan.FromDays(3), hops[0].FireAt - hops[0].Timestamp);
    }

    [Fact]
    public void The_first_call_that_differs_is_named()
    {
        var history = GoldenHistory.Read(Centre.AppVersion, "callback");
        var place = history.Events.FindLastIndex(static e => e is TaskScheduled { Name: nameof(ReadCase) });
        var renamed = new GoldenHistory([.. history.Events]);
        renamed.Events[place] = (TaskScheduled)history.Events[place] with { Name = "ReadFile" };

        var difference = renamed.FirstDifference(Orchestrators())!;

        var number = history.Events[place].EventId;
        Assert.StartsWith($"{nameof(CallbackOrchestrator)}, turn ", difference, StringComparison.Ordinal);
        Assert.Contains($"the history has TaskScheduled {number} 'ReadFile'", difference, StringComparison.Ordinal);
        Assert.Contains($"the code of today does TaskScheduled {number} '{nameof(ReadCase)}'", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void A_call_that_is_missing_is_named_and_so_is_one_more()
    {
        var history = GoldenHistory.Read(Centre.AppVersion, "ticket-note");
        var lazy = new DurableTaskRegistry().AddOrchestratorFunc<TicketNote>(nameof(TicketNoteOrchestrator), (_, _) => Task.CompletedTask);
        var busy = new DurableTaskRegistry().AddOrchestratorFunc<TicketNote>(nameof(TicketNoteOrchestrator), async (context, note) =>
        {
            await TicketNoteOrchestrator.Run(context, note);
            await context.CallActivityAsync("OneMore");
        });

        Assert.Contains($"has TaskScheduled 0 '{nameof(WriteTicketNote)}'", history.FirstDifference(new RegistryFunctions(lazy)), StringComparison.Ordinal);
        Assert.Contains("does TaskScheduled 5 'OneMore'", history.FirstDifference(new RegistryFunctions(busy)), StringComparison.Ordinal);
    }

    private static RegistryFunctions Orchestrators() => new(Centre.AddOrchestrators(new()));
}
