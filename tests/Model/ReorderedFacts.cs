using System.Globalization;
using CsCheck;
using Penalties.Intake;
using Penalties.Requests;
using Penalties.Rules;

namespace Model.Tests;

/// <summary>
/// The same facts, told once in the order in which they became true and once in any order and several times: both centres end alike. A fact
/// about a case that is not known yet is told again later, as senders do.
/// </summary>
public sealed class ReorderedFacts
{
    private const int Sequences = 1_000;

    private static readonly Gen<Fact> AnyTicket = Gen.Select(
        One("agreed", "declined", null), One("0", "1", "2", "3", "3"), One("0", "1", "2"), Gen.Int[0, 90], Gen.Bool,
        (block, stage, compensation, tens, isRideDated) => (Fact)new TicketSaved(10 * tens, block, stage!, compensation!, isRideDated));

    private static readonly Gen<Fact> AnyOutcome = Gen.Select(
        Gen.Enum<OutcomeKind>(), Gen.Int[0, 3], (kind, hours) => (Fact)new OutcomeTold(kind, hours));

    private static readonly Gen<Fact> AnyReContact = Gen.Select(Gen.Int[0, 5], Gen.Bool, (number, askedWhen) => (Fact)new AskedAgain(number, askedWhen && number == 0));

    private static readonly Gen<Fact[]> Facts = Gen.Select(
        AnyTicket.Array[1, 4], AnyOutcome.Array[0, 3], AnyReContact.Array[0, 3], (tickets, outcomes, contacts) => (Fact[])[.. Consenting(tickets), .. outcomes, .. contacts]);

    private static readonly Gen<(Fact[] Once, Fact[] Anyhow)> Tellings = Facts.SelectMany(facts =>
        Gen.Shuffle((Fact[])[.. facts, .. facts.Where((_, at) => at % 2 == 0)]).Select(anyhow => (Ordered(facts), anyhow)));

    [Fact]
    public void End_in_the_same_state() => Tellings.Sample(
        told => Assert.Equal(EndOf(told.Once).GetAwaiter().GetResult(), EndOf(told.Anyhow).GetAwaiter().GetResult()),
        iter: Sequences,
        threads: Environment.ProcessorCount,
        print: told => $"{string.Join(", ", told.Once.AsEnumerable())}\nagainst\n{string.Join(", ", told.Anyhow.AsEnumerable())}");

    /// <summary>
    /// Nobody takes a consent back: a command that went out is not undone by what is told later, so its end depends on the order by nature. Which word
    /// counts is a rule's test, what follows from it the random sequences'.
    /// </summary>
    private static IEnumerable<Fact> Consenting(Fact[] tickets)
    {
        var agreedAt = tickets.OfType<TicketSaved>().Where(ticket => ticket.Block == "agreed").Min(ticket => (int?)ticket.Minute);
        return tickets.OfType<TicketSaved>().Select(ticket => ticket.Block == "declined" && ticket.Minute > agreedAt ? ticket with { Block = null } : ticket);
    }

    private static Gen<string?> One(params string?[] values) => Gen.Int[0, values.Length - 1].Select(at => values[at]);

    private static Fact[] Ordered(IEnumerable<Fact> facts) =>
        [.. facts.OfType<TicketSaved>().OrderBy(ticket => ticket.Minute), .. facts.OfType<OutcomeTold>().OrderByDescending(outcome => outcome.HoursAgo), .. facts.OfType<AskedAgain>()];

    private static async Task<string> EndOf(IReadOnlyList<Fact> facts)
    {
        var centre = Centre.Open();
        var watch = new Watch(centre);
        var queue = new Queue<Fact>(facts);
        for (var delivery = 1; queue.TryDequeue(out var fact); delivery++)
        {
            if (!await Tell(centre, watch, fact, delivery))
            {
                queue.Enqueue(fact);
            }

            await centre.WhenIdle();
            KnownEarly(centre, watch);
        }

        await centre.AdvanceTo(centre.Now.AddDays(9));
        watch.Look();
        return string.Join('\n', watch.All().Where(one => one.Complaint.Kind is CaseKind.Penalty).Select(one => Essence(one, centre)));
    }

    /// <returns>False when there is no such case yet.</returns>
    private static async Task<bool> Tell(Centre centre, Watch watch, Fact fact, int delivery)
    {
        if (fact is TicketSaved ticket)
        {
            await centre.Webhook(ticket.Form(), string.Create(CultureInfo.InvariantCulture, $"d{delivery}"));
            return true;
        }

        if (watch.All().FirstOrDefault(one => one.Complaint.Kind is CaseKind.Penalty) is not { } known)
        {
            return false;
        }

        await (fact switch
        {
            OutcomeTold told => centre.Change(known.Id, "driver-admin", current => DriverOutcomes.WhatIsNew(current, told.Concluded())),
            AskedAgain again => centre.Change(
                known.Id, "agent-1", _ => [new ReContacted(again.AskedWhen)], string.Create(CultureInfo.InvariantCulture, $"contact-{again.Number}")),
            _ => throw new InvalidOperationException($"Nobody tells {fact}."),
        });
        return true;
    }

    /// <summary>Invariant 14: what cannot come by itself is a manager's by now, and what can is not.</summary>
    private static void KnownEarly(Centre centre, Watch watch) => Assert.All(
        watch.All().Where(one => one is { Life: LifeState.Open, Promise: PromiseState.Promised }),
        one => Assert.Equal(NoAnswer.Why(one, centre.Snapshots.Of(one).Proves) is not null, one.AnswerWithManager));

    private static string Essence(PenaltyCase one, Centre centre) => string.Join(' ',
    [
        one.Id, one.Standing, one.Decision, one.Board, one.Block, one.Promise, one.PromisedAt?.UtcDateTime, one.FeedbackStage,
        string.Join('+', one.StagesSkipped), one.Outcome, one.OutcomeKind,
        one.ConcludedAt?.UtcDateTime, one.ReContacts, one.CompensationStage, one.Callback, one.CallbackCause, one.Message, one.HandoverReason, one.Complaint.RideDate, one.ComplainedOn, one.State,
        .. centre.World.Sent().Where(text => text.CaseId == one.Id).Select(text => $"{text.At:O} {text.Status} {text.Text}"),
        centre.World.Posts().Count(post => post.ParentId is null), centre.World.IsBlocked(one.Id),
    ]);

    private abstract record Fact;

    /// <summary>The agent saved the ticket, some minutes before it is told of.</summary>
    private sealed record TicketSaved(int Minute, string? Block, string Stage, string Compensation, bool IsRideDated) : Fact
    {
        public ComplaintForm Form() => ComplaintForm.Example with
        {
            Ticket = "1",
            RideId = "R-1",
            OccurredAt = Centre.Start.AddMinutes(Minute - 1000).ToString("O", CultureInfo.InvariantCulture),
            RideCalledAt = IsRideDated ? Centre.Start.AddHours(-20).ToString("O", CultureInfo.InvariantCulture) : null,
            Block = Block,
            FeedbackStage = Stage,
            CompensationStage = Compensation,
        };
    }

    private sealed record OutcomeTold(OutcomeKind Kind, int HoursAgo) : Fact
    {
        public OutcomeConcluded Concluded() => new(Kind, "lead-1", Centre.Start.AddHours(-HoursAgo));
    }

    private sealed record AskedAgain(int Number, bool AskedWhen) : Fact;
}
