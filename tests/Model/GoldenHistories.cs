using System.Runtime.CompilerServices;
using System.Text.Json;
using LocalHost.Durable;
using LocalHost.Durable.History;
using LocalHost.Durable.Replay;
using Microsoft.DurableTask;
using Microsoft.Extensions.Logging.Abstractions;
using Model.Tests.Twins;
using Penalties.Intake;
using Penalties.Managers;
using Penalties.Requests;
using Penalties.Rules;

namespace Model.Tests;

/// <summary>
/// Histories as running cases have them stored: an orchestrator that does not repeat each of them turn by turn would break those cases. A
/// change that breaks one here needs another function name, not another file. RECORD_HISTORIES=1 writes the files anew.
/// </summary>
public sealed class GoldenHistories
{
    private static readonly DateTimeOffset HalfPastMidnight = new(2026, 9, 18, 0, 30, 0, Korea.Offset);
    private static readonly JsonSerializerOptions Indented = new(HistoryJson.Stored.Options) { WriteIndented = true };

    public static TheoryData<string> Names => ["filed-at-half-past-midnight", "systems-away", "handed-to-a-manager", "callback"];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Are_repeated_turn_by_turn(string name)
    {
        if (Environment.GetEnvironmentVariable("RECORD_HISTORIES") == "1")
        {
            await File.WriteAllTextAsync(PathOf(name), JsonSerializer.Serialize((await Record(name)).ConvertAll(WithoutPlace), Indented) + "\n");
        }

        var history = Read(name);
        var start = history.OfType<ExecutionStarted>().Single();
        var turn = new OrchestrationTurn(Orchestrators(), new(), NullLoggerFactory.Instance);
        for (var (from, turns) = (0, 1); from < history.Count; turns++)
        {
            var to = history.FindIndex(from, static e => e is OrchestratorCompleted) + 1;
            var told = history[from..to];
            var outcome = turn.Run("golden", start, history[..from], [.. told.Where(static e => e is { EventId: -1 } and not OrchestratorCompleted)]);
            Assert.True(outcome.Failure is null, $"Turn {turns}: {outcome.Failure}");
            Assert.Equal(told.Select(Essence), outcome.Events.Select(Essence));
            from = to;
        }
    }

    [Fact]
    public void A_case_filed_at_half_past_midnight_waits_in_two_hops()
    {
        var hops = Read("filed-at-half-past-midnight").OfType<TimerCreated>().Where(timer => timer.FireAt - timer.Timestamp > TimeSpan.FromHours(1)).ToList();
        Assert.Equal(2, hops.Count);
        Assert.Equal(TimeSpan.FromDays(3), hops[0].FireAt - hops[0].Timestamp);
    }

    private static async Task<List<HistoryEvent>> Record(string name)
    {
        await using var centre = await Centre.Open(HalfPastMidnight);
        var form = ComplaintForm.Example with { OccurredAt = HalfPastMidnight.ToString("O"), Block = "agreed", FeedbackStage = "3" };
        var caseId = CaseId.Of(form.Account!, form.Ticket!, CaseKind.Penalty);
        var warned = new OutcomeConcluded(OutcomeKind.Warning, "lead-1", HalfPastMidnight.AddHours(5));
        switch (name)
        {
            case "filed-at-half-past-midnight":
                centre.World.Conclude(caseId, warned.Kind.Name(), warned.DecidedBy, warned.ConcludedAt);
                await centre.Webhook(form with { Block = "declined" }, "d1");
                await centre.AdvanceTo(HalfPastMidnight.AddDays(4));
                return await centre.HistoryOf(caseId);
            case "systems-away":
                centre.World.Fail(Neighbour.Board, skip: 0, requests: 5, after: true);
                centre.World.Fail(Neighbour.Crm, skip: 0, requests: 9, after: false);
                await centre.Webhook(form, "d1");
                await centre.AdvanceTo(HalfPastMidnight.AddHours(6));
                await centre.Change(caseId, "driver-admin", _ => [warned]);
                centre.World.Fail(Neighbour.Sms, skip: 2, requests: 4, after: true);
                await centre.AdvanceTo(HalfPastMidnight.AddDays(4));
                return await centre.HistoryOf(caseId);
            case "handed-to-a-manager":
                await centre.Webhook(form with { Unclear = "true", Block = "declined" }, "d1");
                await centre.AdvanceTo(HalfPastMidnight.AddDays(1));
                await centre.Change(caseId, "manager-1", _ => [new FilingRefused("manager-1", "text|1")]);
                await centre.AdvanceTo(HalfPastMidnight.AddDays(4));
                await centre.Change(caseId, "manager-1", _ => [new ManagerAnswered("manager-1", "text|1")]);
                await centre.WhenIdle();
                return await centre.HistoryOf(caseId);
            case "callback":
                await centre.Webhook(form with { CompensationStage = "2" }, "d1");
                await centre.AdvanceTo(HalfPastMidnight.AddDays(2));
                var callbackId = CaseId.Of(form.Account!, form.Ticket!, CaseKind.Callback);
                await centre.Change(callbackId, "manager-1", _ => [new CallbackDone("manager-1", "text|1")]);
                await centre.WhenIdle();
                return await centre.HistoryOf(callbackId);
            default:
                throw new ArgumentOutOfRangeException(nameof(name), name, "No such history.");
        }
    }

    /// <summary>A stack trace names paths of the machine that recorded it.</summary>
    private static HistoryEvent WithoutPlace(HistoryEvent e) => e is TaskFailed failed ? failed with { Failure = failed.Failure with { StackTrace = null } } : e;

    private static RegistryFunctions Orchestrators()
    {
        var registry = new DurableTaskRegistry();
        registry.AddOrchestratorFunc<CaseWork>(nameof(PenaltyRequestOrchestrator), PenaltyRequestOrchestrator.Run);
        registry.AddOrchestratorFunc<CaseWork>(nameof(CallbackOrchestrator), CallbackOrchestrator.Run);
        return new(registry);
    }

    private static List<HistoryEvent> Read(string name) => JsonSerializer.Deserialize<List<HistoryEvent>>(File.ReadAllText(PathOf(name)), Indented)!;

    /// <summary>What a turn did and in which order; inputs are records that grow.</summary>
    private static string Essence(HistoryEvent e) => $"{e.GetType().Name} {e.EventId} {e.Timestamp:O} " + e switch
    {
        TaskScheduled scheduled => scheduled.Name,
        TimerCreated timer => $"{timer.FireAt:O}",
        ExecutionCompleted completed => completed.Status.ToString(),
        _ => "",
    };

    private static string PathOf(string name, [CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden", $"{name}.json");
}
