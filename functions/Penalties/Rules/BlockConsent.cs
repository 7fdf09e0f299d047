namespace Penalties.Rules;

/// <summary>
/// What a customer's word about the block does to a case. The word spoken last holds, in whatever order the words arrive. Consent taken back is obeyed
/// where its command was not begun; after that the driver is, or may be, blocked, and only a manager lifts a block.
/// </summary>
public static class BlockConsent
{
    /// <summary>Code of a command that was begun and never confirmed as sent when the consent was taken back: it is not sent again.</summary>
    public const string TakenBackCode = "consent_taken_back";

    /// <summary>What a ticket tells of the block.</summary>
    /// <param name="known">Null: the case is filed by this.</param>
    /// <param name="at">When the customer spoke.</param>
    /// <param name="isAskedAnew">On another ticket the customer asks once more for what failed or was lifted.</param>
    public static IReadOnlyList<CaseEvent> Told(bool isAgreed, PenaltyCase? known, DateTimeOffset at, bool isAskedAnew) =>
        known is null or { Block: BlockState.Unknown } ? [isAgreed ? new BlockAgreed(at) : new BlockDeclined(at)]
        : at < known.BlockToldAt || (isAgreed == known.BlockTold && !isAskedAnew) ? []
        : isAgreed ? Agreed(known, at, isAskedAnew)
        : Declined(known, at);

    private static IReadOnlyList<CaseEvent> Agreed(PenaltyCase known, DateTimeOffset at, bool isAskedAnew) => known.Block switch
    {
        BlockState.Unknown or BlockState.Declined => [new BlockAgreed(at)],
        BlockState.Failed or BlockState.Lifted => isAskedAnew || known.ConsentTakenBack ? [new BlockAgreed(at)] : [],
        BlockState.Pending or BlockState.Confirmed => known.ConsentTakenBack ? [new BlockConsentRenewed(at)] : [],
        BlockState.Lifting => [],
    };

    private static IReadOnlyList<CaseEvent> Declined(PenaltyCase known, DateTimeOffset at) => known.Block switch
    {
        BlockState.Unknown => [new BlockDeclined(at)],

        // At one instant the agreement holds, whichever of the two is told first.
        BlockState.Pending or BlockState.Confirmed or BlockState.Failed => known.ConsentTakenBack || at == known.BlockToldAt ? [] : TakenBack(known, at),
        BlockState.Declined or BlockState.Lifting or BlockState.Lifted => [],
    };

    /// <summary>The customer takes the consent back, now where no time is given; on a case that had none, or has none any more, it is refused.</summary>
    /// <param name="text">Where the words of the person who was told stand.</param>
    public static IReadOnlyList<CaseEvent> TakenBack(PenaltyCase known, DateTimeOffset? at = null, string? text = null) => known switch
    {
        { IsBlockCommandHeld: true, BlockMayHold: false } or { Block: BlockState.Declined } => [new BlockWithdrawn(at, text)],
        { Block: BlockState.Pending, BlockCommandOwed: true } => [new BlockFailed(TakenBackCode), new UnblockWanted(at, text)],
        _ => [new UnblockWanted(at, text)],
    };

    /// <summary>The customer agrees, for the first time or once more.</summary>
    public static CaseEvent Given(PenaltyCase known) =>
        known is { ConsentTakenBack: true, Block: BlockState.Pending or BlockState.Confirmed } ? new BlockConsentRenewed() : new BlockAgreed();
}
