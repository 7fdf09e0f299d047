using Microsoft.DurableTask;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Penalties.Intake;
using Penalties.Managers;
using Penalties.Requests;

namespace Model.Tests;

/// <summary>That a changed orchestrator is found by its golden history, whatever was changed, and told in words.</summary>
public sealed class ChangedOrchestrators
{
    private static readonly GoldenHistory Note = GoldenHistory.Read(Centre.AppVersion, "ticket-note");
    private static readonly GoldenHistory Callback = GoldenHistory.Read(Centre.AppVersion, "callback");

    [Fact]
    public void One_that_calls_something_else_first_is_found() => Assert.StartsWith(
        $"{nameof(TicketNoteOrchestrator)}, turn 1: the history has 0 call of {nameof(WriteTicketNote)}, the code of today does 0 call of Another.",
        Note.FirstDifference(NoteBy(async (context, note) =>
        {
            await context.CallActivityAsync("Another");
            await TicketNoteOrchestrator.Run(context, note);
        })),
        StringComparison.Ordinal);

    [Fact]
    public void One_that_waits_first_is_found() => Assert.StartsWith(
        $"{nameof(TicketNoteOrchestrator)}, turn 1: the history has 0 call of {nameof(WriteTicketNote)}, the code of today does 0 timer at ",
        Note.FirstDifference(NoteBy(async (context, note) =>
        {
            await context.CreateTimer(TimeSpan.FromSeconds(1), CancellationToken.None);
            await TicketNoteOrchestrator.Run(context, note);
        })),
        StringComparison.Ordinal);

    [Fact]
    public void One_that_calls_nothing_is_found() => Assert.Equal(
        $"{nameof(TicketNoteOrchestrator)}, turn 1: the history has 0 call of {nameof(WriteTicketNote)}, the code of today does 0 end, Completed.",
        Note.FirstDifference(NoteBy((_, _) => Task.CompletedTask)));

    [Fact]
    public void One_that_calls_something_more_at_the_end_is_found() => Assert.Contains(
        "the code of today does 5 call of OneMore.",
        Note.FirstDifference(NoteBy(async (context, note) =>
        {
            await TicketNoteOrchestrator.Run(context, note);
            await context.CallActivityAsync("OneMore");
        })),
        StringComparison.Ordinal);

    [Fact]
    public void One_that_waits_for_another_time_is_found()
    {
        var difference = Callback.FirstDifference(new DurableTaskRegistry().AddOrchestratorFunc<CaseWork>(
            nameof(CallbackOrchestrator), (context, work) => CallbackOrchestrator.Run(new AMinuteLater(context), work)));

        Assert.Matches($"{nameof(CallbackOrchestrator)}, turn [0-9]+: the history has [0-9]+ timer at .*:00.0000000Z, the code of today does [0-9]+ timer at ", difference);
    }

    private static DurableTaskRegistry NoteBy(Func<TaskOrchestrationContext, TicketNote, Task> code) =>
        new DurableTaskRegistry().AddOrchestratorFunc(nameof(TicketNoteOrchestrator), code);

    /// <summary>Sets every timer a minute later.</summary>
    private sealed class AMinuteLater(TaskOrchestrationContext context) : TaskOrchestrationContext
    {
        public override TaskName Name => context.Name;

        public override string InstanceId => context.InstanceId;

        public override ParentOrchestrationInstance? Parent => context.Parent;

        public override DateTime CurrentUtcDateTime => context.CurrentUtcDateTime;

        public override bool IsReplaying => context.IsReplaying;

        protected override ILoggerFactory LoggerFactory => NullLoggerFactory.Instance;

        public override T? GetInput<T>()
            where T : default => context.GetInput<T>();

        public override Task<TResult> CallActivityAsync<TResult>(TaskName name, object? input = null, TaskOptions? options = null) =>
            context.CallActivityAsync<TResult>(name, input, options);

        public override Task CreateTimer(DateTime fireAt, CancellationToken cancellationToken) => context.CreateTimer(fireAt.AddMinutes(1), cancellationToken);

        public override Task<T> WaitForExternalEvent<T>(string eventName, CancellationToken cancellationToken = default) =>
            context.WaitForExternalEvent<T>(eventName, cancellationToken);

        public override void SendEvent(string instanceId, string eventName, object payload) => context.SendEvent(instanceId, eventName, payload);

        public override void SetCustomStatus(object? customStatus) => context.SetCustomStatus(customStatus);

        public override Task<TResult> CallSubOrchestratorAsync<TResult>(TaskName orchestratorName, object? input = null, TaskOptions? options = null) =>
            context.CallSubOrchestratorAsync<TResult>(orchestratorName, input, options);

        public override void ContinueAsNew(object? newInput = null, bool preserveUnprocessedEvents = true) =>
            context.ContinueAsNew(newInput, preserveUnprocessedEvents);

        public override Guid NewGuid() => context.NewGuid();
    }
}
