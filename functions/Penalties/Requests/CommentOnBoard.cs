using Penalties.Outside;

namespace Penalties.Requests;

/// <summary>Writes the comments a case owes under its board post, each once.</summary>
public sealed class CommentOnBoard(CaseSteps steps, BoardLease lease, AgitBoard board)
{
    [Function(nameof(CommentOnBoard))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        var current = snapshot.Case;
        var owed = current.CommentsOwed;
        if (owed.Count == 0 || current.PostId is not { } post)
        {
            return snapshot;
        }

        string[] keys = [.. owed.Select(comment => comment.Key)];
        var isThere = await lease.Hold(work.CaseId, inTime => Comment(current, post, owed, snapshot.Due, inTime), cancellation);
        return await steps.Record(
            nameof(CommentOnBoard), work.CaseId, _ => [isThere ? new BoardCommented(keys) : new TextsRefused(keys, "post_gone")], cancellation);
    }

    /// <returns>False when the post is gone.</returns>
    private async Task<bool> Comment(PenaltyCase current, string post, IReadOnlyList<OwedText> owed, DateTimeOffset? due, CancellationToken cancellation)
    {
        var there = await board.FindComments(post, [.. owed.Select(comment => BoardText.Marker(current, comment))], cancellation);
        if (there is null)
        {
            return false;
        }

        foreach (var comment in owed.Where(comment => !there.Contains(BoardText.Marker(current, comment))))
        {
            await board.Comment(current.Complaint.Centre, post, BoardText.Comment(current, comment, due), cancellation);
        }

        return true;
    }
}
