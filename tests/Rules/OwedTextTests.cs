using Penalties.Rules;

namespace Rules.Tests;

/// <summary>Which event writes what on the ticket and under the board post.</summary>
public sealed class OwedTextTests
{
    private static readonly CaseEvent[] Posted = [new BoardPostStarted(), new BoardPosted("17")];
    private static readonly CaseEvent[] Sent = [new FeedbackPromised(), new OutcomeConcluded(OutcomeKind.Warning, "lead-3", A.Friday), new MessageReserved(1, "G1", "feedback@1", 422), new MessageSent(1)];

    public static TheoryData<CaseEvent[], TextKind?, TextKind?> Events => new()
    {
        // What came before and what happens last; the note and the comment it makes us owe.
        { [.. Posted], TextKind.Filed, null },
        { [new FilingRefused("m", "r")], TextKind.NotFiled, null },
        { [.. Posted, new BlockAgreed()], null, null },
        { [.. Posted, new BlockAgreed(), new BlockConfirmed(A.Friday)], TextKind.BlockConfirmed, null },
        { [.. Posted, new BlockDeclined()], TextKind.BlockDeclined, null },
        { [.. Posted, new BlockAgreed(), new BlockFailed("c")], TextKind.BlockFailed, TextKind.BlockFailed },
        { [.. Posted, new BlockAgreed(), new BlockFailed(BlockConsent.TakenBackCode)], null, null },
        { [.. Posted, new BlockAgreed(), new BlockWithdrawn()], TextKind.BlockWithdrawn, null },
        { [.. Posted, new BlockAgreed(), new BlockCommandStarted(1)], null, null },
        { [.. Posted, new BlockAgreed(), new BlockConfirmed(A.Friday), new UnblockWanted()], TextKind.UnblockWanted, null },
        { [.. Posted, new BlockAgreed(), new BlockConfirmed(A.Friday), new UnblockWanted(), new BlockConsentRenewed()], TextKind.BlockConsentRenewed, null },
        { [.. Posted, new BlockAgreed(), new BlockConfirmed(A.Friday), new UnblockOrdered("m", "r"), new BlockLifted(A.Friday)], TextKind.BlockLifted, null },
        { [.. Posted, new BlockAgreed(), new BlockConfirmed(A.Friday), new BlockFoundLifted(A.Friday, 1)], TextKind.BlockFoundLifted, null },
        { [.. Posted, new BlockAgreed(), new BlockConfirmed(A.Friday), new BlockUnchecked()], null, null },
        { [.. Posted, new FeedbackAsked(1)], TextKind.FeedbackGuided, null },
        { [.. Posted, new FeedbackPromised()], TextKind.FeedbackPromised, TextKind.FeedbackPromised },
        { [new FeedbackPromised()], TextKind.FeedbackPromised, null },
        { [.. Posted, new ReContacted(AskedWhen: false)], TextKind.ReContacted, TextKind.ReContacted },
        { [.. Posted, .. Sent, new MessageDelivered(1), new ReContacted(AskedWhen: false)], TextKind.ReContactedAfterAnswer, TextKind.ReContactedAfterAnswer },
        { [.. Posted, .. Sent, new MessageDelivered(1)], TextKind.Answered, null },
        { [.. Posted, .. Sent, new MessageFailed(1, "3059"), new MessageResendOrdered("m", "r")], TextKind.ResendOrdered, null },
        { [.. Posted, new CompensationAsked(1)], TextKind.CompensationRefused, null },
        { [.. Posted, new CompensationAsked(2)], null, null },
        { [.. Posted, new CallbackWanted(CallbackCause.SupervisorAsked)], null, null },
        { [.. Posted, new CallbackWanted(CallbackCause.SupervisorAsked), new CallbackFiled("cb-1")], TextKind.CallbackAsked, TextKind.CallbackAsked },
        { [.. Posted, new CallbackNumberRefused(["consent_items"])], TextKind.CallbackNumberRefused, null },
        { [.. Posted, new TicketLinked("kmob", "4712")], TextKind.Linked, null },
        { [.. Posted, new ComplaintWithdrawn("agent-1", "r")], TextKind.Withdrawn, TextKind.Withdrawn },
        { [.. Posted, new CaseClosed(), new CaseReopened("manager-1", "r")], TextKind.Reopened, null },
        { [.. Posted, new OutcomePending()], null, TextKind.OutcomePending },
        { [.. Posted, .. Sent[..2], new AppealFiled("m", "r")], TextKind.AppealFiled, null },
        { [.. Posted, .. Sent[..2], new AppealFiled("m", "r"), new AppealRejected("m", "r")], TextKind.AppealDecided, null },
        { [.. Posted, .. Sent[..2], new AppealFiled("m", "r"), new OutcomeOverturned(OutcomeKind.Monitoring, "m", A.Friday, "r")], TextKind.AppealDecided, null },
        { [.. Posted, new HandedToManager(HandoverReason.Requested)], TextKind.HandedToManager, TextKind.HandedToManager },
        { [.. Posted, new HandedToManager(HandoverReason.Requested), new HandoverSettled("m", "r")], TextKind.HandoverSettled, null },
        { [.. Posted, new FeedbackPromised(), new HandedToManager(HandoverReason.AnswerTakenOver, "m"), new ManagerAnswered("m", "r")], TextKind.ManagerAnswered, null },
        { [.. Posted, new FeedbackPromised(), new HandedToManager(HandoverReason.NotDecided), new AnswerTakenBack(HandoverReason.NotDecided)], TextKind.AnswerTakenBack, TextKind.AnswerTakenBack },
        { [.. Posted, new ManagerReminded(ReminderKind.Waiting, 2)], TextKind.ReminderWaiting, TextKind.ReminderWaiting },
        { [.. Posted, new ManagerReminded(ReminderKind.Escalated, 1)], TextKind.ReminderEscalated, TextKind.ReminderEscalated },
        { [.. Posted, new ManagerReminded(ReminderKind.AnswerOverdue, 1, new(2026, 9, 21))], TextKind.ReminderOverdue, TextKind.ReminderOverdue },
        { [.. Posted, new StatementReceived("m", "t")], null, null },
        { [.. Posted, new ComplaintDiffered("R-2", "D-1", "k", Violation.Other)], null, null },
    };

    [Fact]
    public void A_note_tells_what_the_agent_was_told_to_say()
    {
        CaseEvent[] told =
        [
            new FeedbackAsked(1, "feedback-1@1"), new FeedbackPromised(Guidance: "feedback-3@1"), new ReContacted(AskedWhen: true, "re-contact-asked-when@1"),
            new CompensationAsked(1, "compensation-1@1"), new ReContacted(AskedWhen: false),
        ];

        Assert.Equal(
            ["feedback-1@1", "feedback-3@1", "re-contact-asked-when@1", "compensation-1@1", null],
            (A.Case() with { NotesOwed = [] }).After(told).NotesOwed.Select(note => note.Guidance));
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_owes_the_ticket_a_note_and_the_board_a_comment(CaseEvent[] events, TextKind? note, TextKind? comment)
    {
        var before = A.Case().After(events[..^1]) with { NotesOwed = [], CommentsOwed = [] };
        var after = before.After(events[^1]);

        Assert.Equal(note, after.NotesOwed.SingleOrDefault()?.Kind);
        Assert.Equal(comment, after.CommentsOwed.SingleOrDefault()?.Kind);
        Assert.All(after.NotesOwed, owed => Assert.Equal($"n{after.Seq}", owed.Key));
        Assert.All(after.CommentsOwed, owed => Assert.Equal($"c{after.Seq}", owed.Key));
    }

    [Fact]
    public void A_filed_case_is_recorded_on_its_ticket_as_what_it_is()
    {
        Assert.Equal([TextKind.Recorded], Notes(A.Case()));
        Assert.Equal([TextKind.DecisionAwaited], Notes(A.Case(A.Complaint with { Unclear = true })));
        Assert.Equal([TextKind.CallbackRecorded], Notes(A.Callback()));
        Assert.Equal([TextKind.CallbackRecorded, TextKind.CallbackDone], Notes(A.Callback().After(new CallbackDone("m", "r"))));
        Assert.Equal([TextKind.CallbackRecorded, TextKind.CallbackCancelled], Notes(A.Callback().After(new CallbackCancelled("m", "r"))));
        Assert.Equal(
            [(TextKind.CallbackRecorded, 0), (TextKind.CallbackUnanswered, 1), (TextKind.CallbackUnanswered, 2)],
            A.Callback().After(new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r")).NotesOwed.Select(note => (note.Kind, note.Number)));
        var letTryAgain = A.Callback().After(
            new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r"), new CallbackUnanswered("m", "r"),
            new HandedToManager(HandoverReason.CallbackUnanswered), new HandoverSettled("m", "r"));
        Assert.Equal([TextKind.CallbackUnanswered, TextKind.HandedToManager, TextKind.CallbackRecorded], Notes(letTryAgain).TakeLast(3));
        var askedAgain = A.Callback().After(new CallbackDone("m", "r"), new CallbackWanted(CallbackCause.SupervisorAsked));
        Assert.Equal([TextKind.CallbackRecorded, TextKind.CallbackDone, TextKind.CallbackRecorded], Notes(askedAgain));
    }

    [Fact]
    public void A_text_tells_its_number_and_its_reason()
    {
        var current = A.Case().After(
            new FeedbackAsked(2), new ReContacted(AskedWhen: false), new ReContacted(AskedWhen: true), new TicketLinked("kmob", "4712"), new TicketLinked("kmob", "4713"),
            new HandedToManager(HandoverReason.Requested), new ManagerReminded(ReminderKind.Waiting, 3));
        Assert.Equal(
            [
                (TextKind.FeedbackGuided, 2, null), (TextKind.ReContacted, 1, null), (TextKind.ReContacted, 2, null), (TextKind.Linked, 1, null), (TextKind.Linked, 2, null),
                (TextKind.HandedToManager, 0, HandoverReason.Requested), (TextKind.ReminderWaiting, 3, (HandoverReason?)null),
            ],
            current.NotesOwed.Skip(1).Select(note => (note.Kind, note.Number, note.Reason)));
        Assert.Equal(2, current.CommentsOwed.Count(comment => comment.Kind is TextKind.ReContacted));
    }

    [Fact]
    public void Comments_follow_a_post_that_is_still_on_its_way_and_a_case_without_one_owes_none()
    {
        Assert.Equal([TextKind.ReContacted], A.Case().After(new ReContacted(AskedWhen: false)).CommentsOwed.Select(comment => comment.Kind));
        Assert.Empty(A.Case(A.Complaint with { Violation = Violation.CallCancellation }).After(new ReContacted(AskedWhen: false)).CommentsOwed);
    }

    [Fact]
    public void What_stands_there_or_is_refused_for_good_is_owed_no_more()
    {
        var owing = A.Case().After(new BoardPostStarted(), new BoardPosted("17"), new ReContacted(AskedWhen: false), new HandedToManager(HandoverReason.Requested));
        Assert.Equal((4, 2), (owing.NotesOwed.Count, owing.CommentsOwed.Count));

        var written = owing.After(new NotesWritten([owing.NotesOwed[0].Key, owing.NotesOwed[2].Key]), new BoardCommented([owing.CommentsOwed[1].Key]));
        Assert.Equal([owing.NotesOwed[1], owing.NotesOwed[3]], written.NotesOwed);
        Assert.Equal([owing.CommentsOwed[0]], written.CommentsOwed);

        var refused = written.After(new TextsRefused([written.NotesOwed[0].Key, written.CommentsOwed[0].Key], "http_422"));
        Assert.Equal([written.NotesOwed[1]], refused.NotesOwed);
        Assert.Empty(refused.CommentsOwed);
    }

    private static IEnumerable<TextKind> Notes(PenaltyCase current) => current.NotesOwed.Select(note => note.Kind);
}
