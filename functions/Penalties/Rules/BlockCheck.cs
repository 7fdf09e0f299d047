namespace Penalties.Rules;

/// <summary>What the driver admin says of a block that was confirmed, when a customer is about to be told of it.</summary>
public enum BlockLook
{
    Stands,

    /// <summary>Not in both directions: somebody lifted it there, and nobody told us.</summary>
    DoesNotStand,

    /// <summary>It does not answer, or not as its contract says.</summary>
    NotTold,
}

/// <summary>"Never matched" is said only where the driver admin, asked at that moment, says so.</summary>
public static class BlockCheck
{
    public static bool IsNeeded(Claims text) => text.HasFlag(Claims.NeverMatched);

    /// <summary>What a look tells the case as it stands by now: nothing, where another command has gone out since.</summary>
    /// <param name="looked">The case for which it was looked.</param>
    public static IReadOnlyList<CaseEvent> Tells(BlockLook look, PenaltyCase looked, PenaltyCase now, DateTimeOffset at)
    {
        if (now.Block is not BlockState.Confirmed || now.BlockCommand != looked.BlockCommand)
        {
            return [];
        }

        return look switch
        {
            BlockLook.Stands => now.BlockUncheckedSince is null ? [] : [new BlockChecked()],
            BlockLook.NotTold => now.BlockUncheckedSince is null ? [new BlockUnchecked()] : [],
            BlockLook.DoesNotStand => now.AnswerWanted
                ? [new BlockFoundLifted(at, now.BlockCommand), new HandedToManager(HandoverReason.BlockFoundLifted)]
                : [new BlockFoundLifted(at, now.BlockCommand)],
        };
    }
}
