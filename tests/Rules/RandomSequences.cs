using System.Text.Json;
using CsCheck;
using Penalties.Cases;
using Penalties.Rules;

namespace Rules.Tests;

/// <summary>Any events in any order on the table: what is refused leaves no trace, and the log of what was not gives the state.</summary>
public sealed class RandomSequences
{
    private static readonly CasePolicy Policy = new();

    private static readonly Func<int, DateTimeOffset, CaseEvent>[] Events =
    [
        (_, _) => new CaseClosed(), (_, _) => new CaseResumed(), (_, _) => new CaseReopened("m", "r"), (_, _) => new ComplaintWithdrawn("a", "r"),
        (n, _) => new ComplaintDiffered($"R-{n}", "D-1", "k", Violation.Other), (n, at) => new ComplaintDated(at.AddDays(-n), new(2026, 9, 18)),
        (n, _) => new TicketLinked("kmob", $"{n}"), (_, _) => new FilingApproved("m", "r"), (_, _) => new FilingRefused("m", "r"),
        (_, _) => new StatementReceived("m", "t"), (_, _) => new StatementWaived("m", "r"), (_, _) => new BoardPostStarted(), (n, _) => new BoardPosted($"{n}"),
        (n, _) => new BoardCommented([$"c{n}"]), (_, _) => new BlockAgreed(), (_, _) => new BlockDeclined(), (n, _) => new BlockRequested(1 + n % 3),
        (n, at) => new BlockConfirmed(at, n % 4), (n, _) => new BlockFailed("c", n % 4), (_, _) => new UnblockOrdered("m", "r"), (n, _) => new UnblockRequested(1 + n % 3),
        (n, at) => new BlockLifted(at, n % 4), (n, _) => new UnblockFailed("c", n % 4), (n, at) => new FeedbackAsked(1 + n % 3, AskedAt: at), (_, at) => new FeedbackPromised(at),
        (n, at) => new FeedbackDated(1 + n % 3, at.AddHours(-n)),
        (n, at) => new PromiseDated(at.AddHours(-n)), (n, _) => new ReContacted(n % 2 == 0), (n, _) => new CompensationAsked(1 + n % 3),
        (_, _) => new CallbackWanted(CallbackCause.SupervisorAsked), (_, _) => new CallbackFiled("cb-1"), (_, _) => new CallbackDone("m", "r"), (_, _) => new CallbackCancelled("m", "r"),
        (_, _) => new CallbackUnanswered("m", "r"),
        (_, _) => new CallbackNumberRefused(["consent_items"]), (_, _) => new OutcomePending(), (n, at) => new OutcomeConcluded((OutcomeKind)(n % 6), "l", at.AddMinutes(-n)),
        (n, at) => new OutcomeCorrected((OutcomeKind)(n % 6), "l", at.AddMinutes(-n)), (_, _) => new AppealFiled("m", "r"), (_, _) => new AppealRejected("m", "r"),
        (n, at) => new OutcomeOverturned((OutcomeKind)(n % 6), n == 0 ? Actor.System : "m", at, "r"), (n, _) => new MessageReserved(1 + n % 3, "G", "feedback@1", 422, Claims: (Claims)(n % 8)),
        (n, _) => new MessageSent(1 + n % 3), (n, _) => new MessageDelivered(1 + n % 3), (n, _) => new MessageFailed(1 + n % 3, "3059"), (n, _) => new MessageUnknown(1 + n % 3),
        (_, _) => new MessageResendOrdered("m", "r"), (n, _) => new DeliveryChecked(1 + n % 3), (n, _) => new HandedToManager((HandoverReason)(n % Enum.GetValues<HandoverReason>().Length)),
        (_, _) => new HandoverSettled("m", "r"), (n, _) => new ManagerAnswered(n == 0 ? "" : "m", "r"), (n, _) => new ManagerReminded((ReminderKind)(n % 3), 1, new(2026, 9, 21)),
        (n, _) => new NotesWritten([$"n{n}"]), (n, _) => new TextsRefused([$"n{n}", $"c{n}"], "http_422"), (n, _) => new StepFailed((StepKind)(n % 12)),
        (_, _) => new ComplaintRenewed(), (_, _) => new DecisionAsked(), (n, at) => new RideDated(new DateOnly(2026, 9, 18).AddDays(-n % 3), at),
        (_, _) => new OutcomeChecked(), (n, _) => new CallbackNumberAgreed($"consent|{n}"),
        (n, at) => new BlockFoundLifted(at, 1 + n % 3), (_, _) => new BlockUnchecked(), (_, _) => new BlockChecked(),
        (_, at) => new DifferenceTakenBack(at),
        (_, _) => new CaseFiled("pr-1", A.Complaint),
    ];

    private static readonly Gen<(int Event, int Number, int Minutes)[]> Sequences =
        Gen.Select(Gen.Int[0, Events.Length - 1], Gen.Int[0, 20], Gen.Int[0, 2_000], (kind, number, minutes) => (kind, number, minutes)).Array[0, 40];

    /// <summary>Every kind of event once.</summary>
    internal static IEnumerable<CaseEvent> OneOfEach() => Events.Select(made => made(1, A.Friday));

    [Fact]
    public void There_is_no_event_the_sequences_leave_out() => Assert.Equal(
        typeof(CaseEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent))).Select(type => type.Name).Order(),
        OneOfEach().Select(one => one.GetType().Name).Order());

    [Fact]
    public void Whatever_is_told_in_whatever_order_the_rules_hold() => Sequences.Sample(
        told =>
        {
            var complaint = A.Complaint with { Unclear = told.Length % 3 == 0, ComplainedAt = A.Friday };
            List<(CaseEvent, DateTimeOffset)> log = [(new CaseFiled("pr-1", complaint), A.Friday)];
            var (current, at) = (Transitions.File(new("pr-1", complaint), A.Friday), A.Friday);
            foreach (var (kind, number, minutes) in told)
            {
                at = at.AddMinutes(minutes);
                var happened = Events[kind](number, at);
                var (next, refusal) = Transitions.Apply(current, happened, at);
                Assert.True(next is null != refusal is null, $"{happened}: {refusal}");
                if (next is null)
                {
                    continue;
                }

                ShouldFollow(current, next, happened, at);
                log.Add((happened, at));
                current = next;
            }

            Assert.Equal(Text(current), Text(Transitions.Replay(log)));
        },
        iter: 10_000,
        print: told => string.Join("\n", told.Select(one => Events[one.Event](one.Number, A.Friday))));

    private static void ShouldFollow(PenaltyCase before, PenaltyCase after, CaseEvent happened, DateTimeOffset at)
    {
        Assert.Equal((before.Seq + 1, at), (after.Seq, after.ChangedAt));
        Assert.True(happened is not IDecidedByPerson decided || Actor.IsPerson(decided.Person), $"{happened} was decided by nobody.");
        Assert.True(after.Run - before.Run == (before.Life is LifeState.Closed && after.Life is LifeState.Open || happened is CaseResumed ? 1 : 0), $"{happened}: run {before.Run} → {after.Run}");

        // Invariant 1: a message that was delivered, or of which nobody knows, stays the last.
        Assert.True(before.Message is not (MessageState.Delivered or MessageState.Unknown) || after.MessageAttempt == before.MessageAttempt, $"{happened} after {before.Message}");
        // Invariant 10.
        Assert.True(happened is not MessageReserved || !before.IsHeld, $"{happened} while {string.Join(", ", before.OpenFacts)} is open.");
        Assert.True(after.MessageAttempt == before.MessageAttempt || (before.AnswerWanted && before.Outcome is not (OutcomeState.Unknown or OutcomeState.Appealed)), $"{happened} reserved what nobody wants.");
        Assert.True(after.FeedbackStage >= before.FeedbackStage && after.CompensationStage >= before.CompensationStage && after.BlockAttempt >= before.BlockAttempt, $"{happened} fell.");
        Assert.True(happened is FeedbackPromised or PromiseDated or FeedbackDated || after.StagesSkipped.SequenceEqual(before.StagesSkipped), $"{happened} moved what was skipped.");
        Assert.True(after.ManagerAsked == after.ManagerAskedAt is not null, $"{happened}: asked since {after.ManagerAskedAt}");

        var step = NextStep.Of(new(after, after.PromisedAt is null ? null : FollowUpPolicy.Due(after.PromisedAt.Value, "pr-1", Policy, Holidays.None), Claims.Penalty | Claims.Caution), at, Policy);
        Assert.True(step.Kind is not StepKind.Wait || !(step.Until <= at), $"{step} waits for what has passed.");
        Assert.Equal(after.Life is LifeState.Closed, step.Kind is StepKind.End);
    }

    private static string Text(PenaltyCase current) => JsonSerializer.Serialize(current, CaseJson.Options);
}
