using Microsoft.Azure.Functions.Worker;
using Penalties.Outside;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Writes the comments a case owes under its board post, each once.</summary>
public sealed class CommentOnBoard(CaseSteps steps, AgitBoard board)
{
    [Function(nameof(CommentOnBoard))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var current = await steps.Read(work.CaseId, cancellation);
        var snapshot = steps.Snapshot(current, work.Policy);
        var owed = current.CommentsOwed;
        if (owed.Count == 0 || current.PostId is not { } post)
        {
            return snapshot;
        }

        var there = await board.FindComments(post, [.. owed.Select(comment => BoardText.Marker(current, comment))], cancellation);
        foreach (var comment in owed.Where(comment => !there.Contains(BoardText.Marker(current, comment))))
        {
            await board.Comment(current.Complaint.Centre, post, BoardText.Comment(current, comment, snapshot.Due), cancellation);
        }

        return await steps.Record(work.CaseId, work.Policy, _ => [new BoardCommented([.. owed.Select(comment => comment.Key)])], cancellation);
    }
}
