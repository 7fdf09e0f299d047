namespace LocalHost.Tour;

/// <summary>What the outside world received about one ticket and its case.</summary>
/// <param name="Board">Posts and comments on the penalty boards that carry the case's marker.</param>
/// <param name="Sms">Messages whose group names the case.</param>
/// <param name="Notices">Posts in the managers' groups that carry the case's marker.</param>
public sealed record ReceivedByCase(
    IReadOnlyList<BoardPost> Board, IReadOnlyList<BlockCall> Blocks, IReadOnlyList<ReceivedSms> Sms, IReadOnlyList<TicketNote> Notes,
    IReadOnlyList<BoardPost> Notices)
{
    public IEnumerable<BoardPost> Posts => Board.Where(post => post.ParentId is null);

    public IEnumerable<BoardPost> Comments => Board.Where(post => post.ParentId is not null);

    /// <summary>Lines of all notes, in the order they were written.</summary>
    public IEnumerable<string> NoteLines => Notes.SelectMany(note =>
        note.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <param name="caseId">Null where no case may exist: then only the notes on the ticket can be told apart.</param>
    public static ReceivedByCase Of(ReceivedDocument all, string? caseId, string ticket)
    {
        var board = all.Board.Where(post => caseId is not null && post.Text.Contains($"[{caseId}", StringComparison.Ordinal)).ToLookup(IsManagers);
        return new(
            [.. board[false]],
            [.. all.Blocks.Where(block => caseId is not null && block.Key.StartsWith(caseId, StringComparison.Ordinal))],
            [.. all.Sms.Where(sms => caseId is not null && sms.GroupCustomFields.GetValueOrDefault("key")?.StartsWith(caseId, StringComparison.Ordinal) == true)],
            [.. all.Notes.Where(note => $"{note.Ticket}" == ticket)],
            [.. board[true]]);
    }

    /// <summary>Whether a post stands in a managers' group.</summary>
    public static bool IsManagers(BoardPost post) => post.Board.EndsWith(" managers", StringComparison.Ordinal);
}
