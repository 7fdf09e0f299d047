using Penalties.Outside;

namespace Penalties.Requests;

/// <summary>Writes the comments a case owes under its board post, each once.</summary>
public sealed class CommentOnBoard(CaseSteps steps, AgitBoard board, BoardText text)
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
        var there = await board.FindComments(post, [.. owed.Select(comment => BoardText.Marker(current, comment))], cancellation);
        if (there is null)
        {
            return await steps.Record(nameof(CommentOnBoard), work.CaseId, _ => [new TextsRefused(keys, "post_gone")], cancellation);
        }

        foreach (var comment in owed.Where(comment => !there.Contains(BoardText.Marker(current, comment))))
        {
            await board.Comment(current.Complaint.Centre, post, text.Comment(current, comment, snapshot.Due), cancellation);
        }

        return await steps.Record(nameof(CommentOnBoard), work.CaseId, _ => [new BoardCommented(keys)], cancellation);
    }
}
