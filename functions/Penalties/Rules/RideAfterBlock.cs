namespace Penalties.Rules;

/// <summary>Whether two whom a confirmed block keeps apart had a ride together all the same.</summary>
public static class RideAfterBlock
{
    /// <param name="blocked">A case with a block, of whichever driver and customer.</param>
    /// <param name="ride">The complaint about the ride that is told of.</param>
    /// <param name="calledAt">When that ride was called; null where nobody told: then its date decides.</param>
    /// <returns>Null where the block did not stand when the ride was called, or it is another pair's, or the case is about this very ride.</returns>
    public static MatchedAgain? Of(PenaltyCase blocked, Complaint ride, DateTimeOffset? calledAt)
    {
        var known = blocked.Complaint;
        return (known.DriverId, known.CustomerKey) == (ride.DriverId, ride.CustomerKey) && known.RideKey != ride.RideKey
            && IsAfter(blocked.BlockedAt) && !IsAfter(blocked.BlockLiftedAt)
                ? new(ride.RideKey, calledAt is null && ride.RideToldAt is null ? null : ride.RideDate, blocked.Id, known.RideKey, known.RideDate)
                : null;

        bool IsAfter(DateTimeOffset? instant) =>
            instant is { } at && (calledAt is { } called ? called > at : ride.RideDate > Korea.DateOf(at));
    }

    /// <summary>What is new in it for a case: a ride is told of once, however often its ticket is saved and whichever block it followed.</summary>
    public static IReadOnlyList<CaseEvent> Tells(MatchedAgain again, PenaltyCase known) => known.Rematch?.Ride == again.Ride ? [] : [again];
}
