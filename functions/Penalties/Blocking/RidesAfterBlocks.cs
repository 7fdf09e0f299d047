using Penalties.Intake;

namespace Penalties.Blocking;

/// <summary>
/// Finds rides of two whom a confirmed block keeps apart: when a ride is told of, when its case begins, and when a block turns out to have been confirmed
/// before a ride that was told of already. Complaints of the same customer about the same driver are found by the directory.
/// </summary>
public sealed class RidesAfterBlocks(CaseStore cases, CaseDirectory directory, ContactStore contacts, CaseStarter starter)
{
    /// <summary>What a block says of a ride that a ticket tells of; null where none stood when it was called.</summary>
    /// <param name="calledAt">When the ride was called; null where nobody told.</param>
    public async Task<MatchedAgain?> Find(Complaint ride, DateTimeOffset? calledAt, CancellationToken cancellation) =>
        (await OfPair(ride, cancellation)).Select(blocked => RideAfterBlock.Of(blocked, ride, calledAt)).FirstOrDefault(again => again is not null);

    /// <summary>The same of the ride that a case is about, which stands in the directory: a block confirmed from here on finds it there.</summary>
    public async Task<MatchedAgain?> Find(PenaltyCase current, CancellationToken cancellation)
    {
        if (current.Complaint.Kind is not CaseKind.Penalty || (await OfPair(current.Complaint, cancellation)).All(one => one.BlockedAt is null))
        {
            return null;
        }

        return await Find(current.Complaint, await CalledAt(current, cancellation), cancellation);
    }

    /// <summary>Tells the cases about later rides that this block had been confirmed before them. Told twice, it is told once.</summary>
    public async Task Tell(DurableTaskClient durable, PenaltyCase blocked, CancellationToken cancellation)
    {
        if (blocked.Block is not BlockState.Confirmed)
        {
            return;
        }

        foreach (var other in (await OfPair(blocked.Complaint, cancellation)).Where(one => one.Id != blocked.Id))
        {
            if (RideAfterBlock.Of(blocked, other.Complaint, await CalledAt(other, cancellation)) is { } again)
            {
                await Change(durable, other.Id, known => RideAfterBlock.Tells(again, known), cancellation);
                await HoldBack(durable, again, cancellation);
            }
        }
    }

    /// <summary>The case of the block owes an answer that says "never matched": that is a manager's now, too.</summary>
    public Task HoldBack(DurableTaskClient durable, MatchedAgain again, CancellationToken cancellation) =>
        Change(durable, again.BlockedCase, blocked => blocked.AnswerWanted ? RideAfterBlock.Tells(again, blocked) : [], cancellation);

    private async Task Change(DurableTaskClient durable, string id, Func<PenaltyCase, IReadOnlyList<CaseEvent>> decide, CancellationToken cancellation)
    {
        if (await cases.Change(id, new(Actor.System, nameof(RidesAfterBlocks)), decide, cancellation) is { Case: { } told })
        {
            // Knocked at also where it was told before: that knock may have been lost.
            await starter.StartAndKnock(durable, told);
        }
    }

    /// <summary>Newest first.</summary>
    private async Task<IReadOnlyList<PenaltyCase>> OfPair(Complaint complaint, CancellationToken cancellation)
    {
        var pair = new List<PenaltyCase>();
        foreach (var id in await directory.CasesOf(complaint.CustomerKey, complaint.DriverId, cancellation))
        {
            pair.AddRange(await cases.Find(id, cancellation) is { } found ? [found] : Array.Empty<PenaltyCase>());
        }

        return pair;
    }

    private async Task<DateTimeOffset?> CalledAt(PenaltyCase current, CancellationToken cancellation) =>
        ComplaintFormRules.TimeOf((await contacts.Find(current, cancellation))?.RideCalledAt);
}
