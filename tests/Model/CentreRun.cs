using System.Globalization;
using Azure;
using Model.Tests.Twins;
using Penalties.Intake;
using Penalties.Outside;
using Penalties.Requests;
using Penalties.Rules;

namespace Model.Tests;

/// <summary>Plays operations on a centre, looking at every invariant after each.</summary>
internal sealed class CentreRun(Centre centre, Watch watch)
{
    private static readonly string[] Outcomes = ["warning", "warning", "app-suspension", "dispatch-restriction", "re-education", "monitoring", "no-violation"];
    private static readonly string[] Fates = ["4000", "3000", "3059", "4000"];

    private static readonly int[] Failures = [1, 3, 9, 40];

    private static readonly Neighbour[] Faulty =
    [
        Neighbour.Crm, Neighbour.Crm, Neighbour.Board, Neighbour.Board, Neighbour.DriverAdmin, Neighbour.DriverAdmin,
        Neighbour.Sms, Neighbour.Sms, Neighbour.Sms, Neighbour.Sms,
    ];

    /// <summary>What a person does in the middle of a step.</summary>
    private static readonly Operation[] Interruptions =
    [
        new(OperationKind.Withdraw, 0, 0),
        new(OperationKind.Unblock, 0, 0),
        new(OperationKind.Appeal, 0, 2),
        new(OperationKind.Appeal, 0, 1),
        new(OperationKind.OutcomePushed, 0, 6),
        new(OperationKind.Pause, 0, 0),
        new(OperationKind.Decision, 0, 2),
        new(OperationKind.HandOver, 0, 1),
        new(OperationKind.Webhook, 0, 4),
        new(OperationKind.ReContact, 0, 0),
    ];

    private readonly List<(ComplaintForm Form, string Delivery)> _webhooks = [];
    private readonly List<(string CaseId, OutcomeConcluded Outcome)> _told = [];
    private int _deliveries;
    private Interruption? _interruption;

    /// <summary>Plays one sequence from the beginning to a settled end.</summary>
    /// <param name="replays">See <see cref="Centre.Open"/>.</param>
    /// <returns>The names of the events that happened.</returns>
    public static async Task<IReadOnlyList<string>> Play(IEnumerable<Operation> operations, bool replays)
    {
        var centre = Centre.Open(replays: replays);
        var watch = new Watch(centre);
        var run = new CentreRun(centre, watch);
        centre.World.OnRequest = neighbour => run.Interrupt(neighbour);
        centre.Tables.OnWrite = () => run.Interrupt(null);
        try
        {
            foreach (var operation in operations)
            {
                await run.Do(operation);
                watch.Look();
            }

            await run.ComeToTheEnd();
            watch.LookAtTheEnd();
            run.TheLastOutcomeStands();
            return [.. watch.Happened()];
        }
        catch (Exception broken)
        {
            throw new BrokenInvariantException($"{broken.Message}\n{watch.Tell()}", broken);
        }
    }

    public async Task Do(Operation operation)
    {
        try
        {
            await Happen(operation.Kind, operation.A, operation.B);
        }
        catch (Exception refused) when (refused is RequestFailedException or HttpRequestException or OutsideSystemUnavailableException)
        {
            // Storage or a system is away: whoever asked hears so and may ask again.
        }

        await centre.WhenIdle();
    }

    /// <param name="at">Whose request arrives; null: a write to storage.</param>
    private async Task Interrupt(Neighbour? at)
    {
        if (_interruption is { } planned && planned.At == at)
        {
            _interruption = planned.Skip > 0 ? planned with { Skip = planned.Skip - 1 } : null;
            if (_interruption is null)
            {
                await Happen(planned.What.Kind, planned.What.A, planned.What.B);
            }
        }
    }

    private Task Happen(OperationKind kind, int a, int b) => kind switch
    {
        OperationKind.Webhook => Webhook(Form(a, b), string.Create(CultureInfo.InvariantCulture, $"d{++_deliveries}")),
        OperationKind.WebhookAgain => Again(a, isSameDelivery: b % 2 == 0),
        OperationKind.OutcomePushed => Each(a, id => Push(id, Outcome(b), isKnockLost: b == 9)),
        OperationKind.OutcomeConcluded => Each(a, id =>
        {
            var told = Outcome(b);
            centre.World.Conclude(id, told.Kind.Name(), told.DecidedBy, told.ConcludedAt);
            return Task.CompletedTask;
        }),
        OperationKind.ReContact => OnCase(a, "agent-1", (_, _) => _ => [new ReContacted(AskedWhen: b % 2 == 0)], $"contact-{b}"),
        OperationKind.Decision => OnCase(a, "manager-1", (_, by) => _ => [Decision(b, by)]),
        OperationKind.Withdraw => OnCase(a, "agent-1", (_, by) => _ => [new ComplaintWithdrawn(by, "text|1")]),
        OperationKind.Reopen => OnCase(
            a, "manager-1", (_, by) => _ => b % 2 == 0 ? [new CaseReopened(by, "text|1"), new FeedbackPromised()] : [new CaseReopened(by, "text|1")]),
        OperationKind.Appeal => OnCase(a, "manager-1", (_, by) => _ => [Appeal(b, by)]),
        OperationKind.Unblock => OnCase(a, "manager-1", (_, by) => _ => [new UnblockOrdered(by, "text|1")]),
        OperationKind.BlockAgain => OnCase(a, "agent-1", (_, _) => _ => [new BlockAgreed()]),
        OperationKind.BlockLiftedElsewhere => Done(() => centre.World.LiftByHand("D-1")),
        OperationKind.BlockNotTold => Done(() => centre.World.FailLookUps(Failures[a % Failures.Length])),
        OperationKind.HandOver => OnCase(
            a, "agent-1", (_, by) => _ => [new HandedToManager(b % 2 == 0 ? HandoverReason.Requested : HandoverReason.AnswerTakenOver, by, "text|1")]),
        OperationKind.Resend => OnCase(a, "manager-1", (_, by) => _ => [new MessageResendOrdered(by, "text|1")]),
        OperationKind.Statement => OnCase(a, "manager-1", (_, by) => _ => b % 2 == 0 ? [new StatementReceived(by, "text|1")] : [new StatementWaived(by, "text|1")]),
        OperationKind.Callback => Callback(a, b),
        OperationKind.Pause => b % 3 == 0 ? centre.Pause.Pause("operator-1", "r", default) : centre.Pause.Resume(default),
        OperationKind.DeliverMessage => Message(a, message => centre.Deliver(message, isSettlingLost: b == 0)),
        OperationKind.BuryMessage => b < 3 ? Message(a, centre.Bury) : Task.CompletedTask,
        OperationKind.MessageAgain => centre.Queues.Ever() is { Count: > 0 } ever ? centre.Deliver(ever[a % ever.Count]) : Task.CompletedTask,
        OperationKind.LetterAgain => centre.Replay(a),
        OperationKind.Interrupt => Done(() => _interruption = new(Interruptions[a], At: b % 2 == 0 ? Neighbour.Sms : (Neighbour?)(b % 4 == 1 ? Neighbour.DriverAdmin : null), Skip: b / 2)),
        OperationKind.Advance => centre.AdvanceTo(centre.Now + TimeSpan.FromMinutes(Math.Pow(2, a) + b)),
        OperationKind.AdvanceDays => centre.AdvanceTo(centre.Now + TimeSpan.FromDays(1 + a % 4) + TimeSpan.FromHours(b)),
        OperationKind.Knock => Each(a, async id => await centre.Starter.Knock(centre.Client, await centre.Cases.Read(id, default))),
        OperationKind.SystemFails => Done(() => centre.World.Fail(Faulty[a], skip: b / 2, requests: Failures[a % Failures.Length], after: b % 2 == 0)),
        OperationKind.StorageFails => Done(() => centre.Tables.NextWrites.Enqueue((WriteFault)(b % 3))),
        OperationKind.TaskHubFails => Done(() => centre.Client.Refuses += 1 + b / 2),
        OperationKind.KnockLater => centre.KnockLater(),
        OperationKind.TicketRefuses => Done(() => centre.World.RefuseNotes(1 + b % 3)),
        OperationKind.InstanceEnds => Each(a, id => centre.End(watch.All().Single(one => one.Id == id).InstanceId)),
        OperationKind.SmsFate => Done(() => centre.World.NextFate(Fates[b % Fates.Length])),
        OperationKind.SmsSettled => Done(() => centre.World.Settle(b % 3 == 0 ? "3059" : "4000")),
        OperationKind.Restart => centre.Restart(),
        OperationKind.Sweep => centre.Sweep(),
    };

    /// <summary>All faults are mended, every manager does what is asked of them, and time goes on: each case has to come to its end.</summary>
    private async Task ComeToTheEnd()
    {
        _interruption = null;
        centre.World.Mend();
        centre.Tables.NextWrites.Clear();
        centre.Client.Refuses = 0;
        await centre.Pause.Resume(default);
        for (var round = 0; round < 8 && watch.Open().Any(); round++)
        {
            await centre.Sweep();
            foreach (var open in watch.Open().ToList())
            {
                foreach (var happened in WhatAManagerDoes(open))
                {
                    await centre.Change(open.Id, "manager-1", _ => [happened]);
                    await centre.WhenIdle();
                }
            }

            centre.World.Settle("4000");
            await centre.AdvanceTo(centre.Now + TimeSpan.FromDays(round < 2 ? 4 : 9));
            watch.Look();
        }
    }

    private static IEnumerable<CaseEvent> WhatAManagerDoes(PenaltyCase open) =>
    [
        .. open.Decision is DecisionState.Awaited ? new CaseEvent[] { new FilingApproved("manager-1", "text|1") } : [],
        .. open.Outcome is OutcomeState.Appealed ? new CaseEvent[] { new AppealRejected("manager-1", "text|1") } : [],
        .. open is { Message: MessageState.Failed, MessageAttempt: < 3 } ? [new MessageResendOrdered("manager-1", "text|1")] : Array.Empty<CaseEvent>(),
        .. open.Message is MessageState.Unknown ? [new MessageResendOrdered("manager-1", "text|1")] : Array.Empty<CaseEvent>(),
        .. open.Callback is CallbackState.Due ? new CaseEvent[] { new CallbackDone("manager-1", "text|1") } : [],
        .. open.AnswerWithManager ? new CaseEvent[] { new ManagerAnswered("manager-1", "text|1") }
            : open.Handover is HandoverState.WithManager ? [new HandoverSettled("manager-1", "text|1")] : [],
    ];

    private async Task Webhook(ComplaintForm form, string delivery)
    {
        _webhooks.Add((form, delivery));
        await centre.Webhook(form, delivery);
    }

    private async Task Push(string id, OutcomeConcluded told, bool isKnockLost)
    {
        var change = await centre.Change(id, "driver-admin", known => DriverOutcomes.WhatIsNew(known, told), isKnockLost: isKnockLost);
        if (change.Refusal is null)
        {
            // What was concluded on a day before the complaint's is refused, and stands nowhere.
            _told.Add((id, told));
        }
    }

    /// <summary>Invariant 7: whatever order outcomes were told in, the one decided last is the one that stands.</summary>
    private void TheLastOutcomeStands()
    {
        foreach (var current in watch.All())
        {
            // Who overturns an outcome knows it: at one instant the appeal has the last word.
            var last = _told.Where(told => told.CaseId == current.Id).Select(told => told.Outcome).Where(told => current.Outcome is not OutcomeState.Overturned || told.ConcludedAt != current.ConcludedAt);
            Assert.All(last, told => Assert.False(current.IsNewer(told.Kind, told.ConcludedAt), $"{current.Id} is {current.OutcomeKind}, and {told} was told."));
        }
    }

    private async Task Again(int which, bool isSameDelivery)
    {
        if (_webhooks.Count > 0)
        {
            var (form, delivery) = _webhooks[which % _webhooks.Count];
            await centre.Webhook(form, isSameDelivery ? delivery : string.Create(CultureInfo.InvariantCulture, $"d{++_deliveries}"));
        }
    }

    private ComplaintForm Form(int a, int b)
    {
        // The second ticket is about the same ride as the first, the third about another.
        var (ticket, ride) = a switch { 7 => ("2", "R-1"), 8 or 9 => ("3", "R-3"), 3 when b > 7 => ("1", "R-2"), _ => ("1", "R-1") };
        var occurred = centre.Now.ToOffset(Korea.Offset) - TimeSpan.FromMinutes(7 * (b % 4));
        return ComplaintForm.Example with
        {
            Ticket = ticket,
            RideId = ride,
            OccurredAt = occurred.ToString("O", CultureInfo.InvariantCulture),
            RideCalledAt = b is 0 or 3 ? null : Centre.Start.AddHours(-2).ToString("O", CultureInfo.InvariantCulture),
            Violation = (a + b) % 5 == 0 ? "콜취소/Noshow" : "난폭운전",
            DriverId = (a, b) switch { (8, _) => OutsideWorld.UnknownDriver, (4, > 5) or (3, 6) => "D-2", _ => "D-1" },
            Block = (b % 3) switch { 0 => "agreed", 1 => "declined", _ => null },
            FeedbackStage = b switch { 0 or 1 => "0", 2 => "1", 3 => "2", _ => "3" },
            Unclear = a is 5 or 6 ? "true" : "false",
            CompensationStage = b switch { 7 => "2", 8 => "1", _ => "0" },
            CallbackPhone = b == 7 && a < 8 ? "010-9999-8888" : null,
            CallbackReadBack = "true",
            ConsentPurpose = "관리자 연락",
            ConsentItems = "전화번호",
            ConsentRetention = "처리 후 30일",
            // Without it the consent is not complete.
            ConsentRightTold = a % 2 == 0 ? "false" : "true",
            ConsentToldAt = occurred.AddMinutes(-2).ToString("O", CultureInfo.InvariantCulture),
            ConsentAgreedAt = occurred.AddMinutes(-1).ToString("O", CultureInfo.InvariantCulture),
            ConsentMethod = "phone",
            ConsentScriptVersion = "callback-number@1",
        };
    }

    private OutcomeConcluded Outcome(int b) =>
        new(OutcomeTerms.KindOf(Outcomes[b % Outcomes.Length])!.Value, "lead-1", centre.Now - TimeSpan.FromHours(b % 3));

    private static CaseEvent Decision(int b, string by) => (b % 4) switch
    {
        0 => new FilingApproved(by, "text|1"),
        1 => new FilingRefused(by, "text|1"),
        2 => new ManagerAnswered(by, "text|1"),
        _ => new HandoverSettled(by, "text|1"),
    };

    private CaseEvent Appeal(int b, string by) => (b % 4) switch
    {
        0 => new AppealRejected(by, "text|1"),
        1 => new OutcomeOverturned(b < 5 ? OutcomeKind.NoViolation : OutcomeKind.Warning, by, centre.Now, "text|1"),
        _ => new AppealFiled(by, "text|1"),
    };

    private Task Callback(int a, int b)
    {
        var callbacks = watch.All().Where(one => one.Complaint.Kind is CaseKind.Callback).ToList();
        return b % 2 == 0 || callbacks.Count == 0
            ? OnCase(a, "agent-1", (_, _) => _ => [new CallbackWanted(CallbackCause.SupervisorAsked)])
            : centre.Change(
                callbacks[a % callbacks.Count].Id, "manager-1", _ => b switch
                {
                    // Tried until a manager has to decide, as it often is.
                    1 => [.. Enumerable.Repeat(new CallbackUnanswered("manager-1", "text|1"), PenaltyCase.MostCallbackTries)],
                    3 => [new CallbackUnanswered("manager-1", "text|1")],
                    5 => [new CallbackCancelled("manager-1", "text|1")],
                    7 => [new HandoverSettled("manager-1", "text|1")],
                    _ => [new CallbackDone("manager-1", "text|1")],
                });
    }

    private Task OnCase(
        int which,
        string by,
        Func<string, string, Func<PenaltyCase, IEnumerable<CaseEvent>>> decide,
        string? delivery = null,
        bool isKnockLost = false) => Each(which, id => centre.Change(id, by, decide(id, by), delivery, isKnockLost));

    /// <summary>On one of the complaints there are; on none where there are none.</summary>
    private Task Each(int which, Func<string, Task> act)
    {
        var complaints = watch.All().Where(one => one.Complaint.Kind is CaseKind.Penalty).ToList();
        return complaints.Count == 0 ? Task.CompletedTask : act(complaints[which % complaints.Count].Id);
    }

    private Task Message(int which, Func<QueuedMessage, Task> act)
    {
        var due = centre.Queues.Due();
        return due.Count == 0 ? Task.CompletedTask : act(due[which % due.Count]);
    }

    private static Task Done(Action act)
    {
        act();
        return Task.CompletedTask;
    }
}

internal sealed record Interruption(Operation What, Neighbour? At, int Skip);

internal sealed class BrokenInvariantException(string message, Exception inner) : Exception(message, inner);
