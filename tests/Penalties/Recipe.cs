using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Time.Testing;
using Penalties.Blocking;
using Penalties.Requests;
using Penalties.Rules;
using Turns;

namespace Penalties.Tests;

/// <summary>
/// The orchestrator on a durable engine in memory, with steps that do nothing outside: each records its event on one case, as the real ones
/// do, and its name in <see cref="Steps"/>. The clock moves only when told.
/// </summary>
internal sealed class Recipe
{
    private static readonly DateTimeOffset Start = new(2026, 9, 18, 22, 30, 0, TimeSpan.FromHours(9));
    private static readonly CasePolicy Policy = new() { Spread = TimeSpan.Zero };

    private readonly FakeTimeProvider _clock = new(Start.ToUniversalTime());
    private readonly List<string> _steps = [];
    private readonly TurnEngine _engine;

    private Recipe(PenaltyCase filed)
    {
        Case = filed;
        var registry = new DurableTaskRegistry().AddOrchestratorsOf(typeof(PenaltyRequestOrchestrator));
        Step<CaseWork>(registry, nameof(OpenCase), (_, _) => []);
        Step<CaseWork>(registry, nameof(ReadCase), (_, _) => []);
        Step<CaseWork>(registry, nameof(PostPenaltyRequest), (_, current) => current.Board is BoardState.Posting
            ? [new BoardPosted("17")]
            : [new BoardPostStarted(), new BoardPosted("17")]);
        Step<CaseWork>(registry, nameof(RequestDriverBlock), (_, _) => [new BlockCommandStarted(1), new BlockRequested(1)]);
        Step<CaseWork>(registry, nameof(WriteContactLog), (_, current) => [new NotesWritten([.. current.NotesOwed.Select(note => note.Key)])]);
        Step<CaseWork>(registry, nameof(CommentOnBoard), (_, current) => [new BoardCommented([.. current.CommentsOwed.Select(comment => comment.Key)])]);
        Step<CaseWork>(registry, nameof(CheckDriverOutcome), (_, current) =>
            [current.OutcomeKind is not null ? new OutcomeChecked() : Outcome is { } known ? known : new OutcomePending()]);
        Step<CaseWork>(registry, nameof(SendFeedbackSms), (_, _) => [new MessageReserved(1, "G1", "feedback@1", 422), new MessageSent(1)]);
        Step<CaseWork>(registry, nameof(CheckSmsDelivery), (_, _) => [new MessageDelivered(1)]);
        Step<CaseWork>(registry, nameof(RemindManager), (_, current) => NextReminder() is { } reminder && reminder.At <= _clock.GetUtcNow()
            ? [new ManagerReminded(reminder.Kind, current.Reminders + 1, FollowUpPolicy.ToldDate(Due()!.Value, current.AskedWhenAt))]
            : []);
        Step<CaseWork>(registry, nameof(CloseCase), (_, _) => [new CaseClosed()]);
        Step<HandoverWork>(registry, nameof(HandToManager), (work, _) => [new HandedToManager(work.Reason)]);
        Step<CaseWork>(registry, nameof(TakeAnswerBack), (_, current) => [new AnswerTakenBack(current.HandoverReason!.Value)]);
        Step<FailedStep>(registry, nameof(RecordFailedStep), (failed, _) => [new StepFailed(failed.Step)]);
        _engine = new TurnEngine(registry, _clock);
        Client = new TurnClient(_engine);
    }

    public DurableTaskClient Client { get; }

    /// <summary>What the driver admin would answer.</summary>
    public OutcomeConcluded? Outcome { get; set; }

    /// <summary>Steps whose outside system is away.</summary>
    public HashSet<string> Away { get; } = [];

    public PenaltyCase Case { get; private set; }

    /// <summary>Steps in the order they ran, since the last call.</summary>
    public IReadOnlyList<string> Steps()
    {
        string[] taken = [.. _steps];
        _steps.Clear();
        return taken;
    }

    public static async Task<Recipe> Begin(params CaseEvent[] told)
    {
        var complaint = new Complaint(
            "zendesk", "kmob", "4711", CaseKind.Penalty, Channel.Phone, CallType.General, Verification.Caller, Violation.RecklessDriving, Centre.Koc,
            "R-1", "D-1", "key", new(2026, 9, 18), Unclear: false);
        var filed = Transitions.File(new(CaseId.Of("kmob", "4711", CaseKind.Penalty), complaint), Start);
        var recipe = new Recipe(told.Aggregate(filed, (current, happened) => Transitions.Apply(current, happened, Start).Case!));
        await recipe.Client.ScheduleNewOrchestrationInstanceAsync(
            nameof(PenaltyRequestOrchestrator), new CaseWork(filed.Id, Policy), new StartOrchestrationOptions(filed.Id));
        await recipe._engine.RunUntilIdle();
        return recipe;
    }

    /// <summary>Something is learnt: written to the case first, then one knock without payload.</summary>
    public async Task Learn(params CaseEvent[] told)
    {
        Case = told.Aggregate(Case, (current, happened) => Transitions.Apply(current, happened, _clock.GetUtcNow()).Case!);
        await CaseStarter.TryKnock(Client, Case, CancellationToken.None);
        await _engine.RunUntilIdle();
    }

    public async Task Knock()
    {
        await CaseStarter.TryKnock(Client, Case, CancellationToken.None);
        await _engine.RunUntilIdle();
    }

    public Task AdvanceTo(DateTimeOffset instant) => _engine.AdvanceTo(instant);

    public async Task<OrchestrationRuntimeStatus> Status() => (await Client.GetInstanceAsync(Case.Id))!.RuntimeStatus;

    private void Step<TWork>(DurableTaskRegistry registry, string name, Func<TWork, PenaltyCase, IEnumerable<CaseEvent>> happened) =>
        registry.AddActivityFunc<TWork, CaseSnapshot>(name, (_, work) =>
        {
            _steps.Add(name);
            if (Away.Contains(name))
            {
                throw new InvalidOperationException($"{name} is away.");
            }

            foreach (var one in happened(work, Case))
            {
                Case = Transitions.Apply(Case, one, _clock.GetUtcNow()).Case ?? throw new InvalidOperationException($"{name}: {one} was refused.");
            }

            return new CaseSnapshot(
                Case,
                Due(),
                Case.OutcomeKind is null ? null : Claims.Penalty | Claims.Caution,
                NextReminder(),
                At: _clock.GetUtcNow());
        });

    private Reminder? NextReminder() => ReminderPolicy.Next(Case, Due(), Policy, Holidays.None);

    private DateTimeOffset? Due() => Case.PromisedAt is { } promised ? FollowUpPolicy.Due(promised, Case.Id, Policy, Holidays.None) : null;
}
