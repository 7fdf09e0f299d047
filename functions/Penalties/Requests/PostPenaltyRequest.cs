using Penalties.Outside;

namespace Penalties.Requests;

/// <summary>
/// Writes the penalty request on the centre's board, unless it stands there already. That it was begun is written first: from then on a
/// manager's "do not file" comes too late, because the post may stand there whatever answer arrives.
/// </summary>
public sealed class PostPenaltyRequest(CaseSteps steps, BoardLease lease, AgitBoard board, BoardText text)
{
    /// <summary>The board's clock and ours may differ: the look-up reaches back a little before the filing.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromDays(1);

    [Function(nameof(PostPenaltyRequest))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Record(
            nameof(PostPenaltyRequest),
            work.CaseId,
            current => current is { BoardPostOwed: true, Board: BoardState.None } ? [new BoardPostStarted()] : [],
            cancellation);
        var current = snapshot.Case;
        if (current.Board is not BoardState.Posting)
        {
            return snapshot;
        }

        var centre = current.Complaint.Centre;
        var postId = await lease.Hold(
            work.CaseId,
            async inTime => await board.FindPost(centre, BoardText.Marker(current), current.FiledAt - LookBack, inTime)
                ?? await board.Post(centre, text.Post(current, snapshot.Due), inTime),
            cancellation);

        return await steps.Record(
            nameof(PostPenaltyRequest), work.CaseId, now => now.Board is BoardState.Posting ? [new BoardPosted(postId)] : [], cancellation);
    }
}
