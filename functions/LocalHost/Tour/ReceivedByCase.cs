namespace LocalHost.Tour;

/// <summary>What the outside world received about one ticket and its case.</summary>
/// <param name="Board">Posts and comments that carry the case's marker.</param>
/// <param name="Sms">Messages whose group names the case.</param>
public sealed record ReceivedByCase(
    IReadOnlyList<BoardPost> Board, IReadOnlyList<BlockCall> Blocks, IReadOnlyList<ReceivedSms> Sms, IReadOnlyList<TicketNote> Notes)
{
    public IEnumerable<BoardPost> Posts => Board.Where(post => post.ParentId is null);

    public IEnumerable<BoardPost> Comments => Board.Where(post => post.ParentId is not null);

    /// <summary>Lines of all notes, in the order they were written.</summary>
    public IEnumerable<string> NoteLines => Notes.SelectMany(note =>
        note.Body.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <param name="caseId">Null where no case may exist: then only the notes on the ticket can be told apart.</param>
    public static ReceivedByCase Of(ReceivedDocument all, string? caseId, string ticket) => new(
        [.. all.Board.Where(post => caseId is not null && post.Text.Contains($"[{caseId}", StringComparison.Ordinal))],
        [.. all.Blocks.Where(block => caseId is not null && block.Key.StartsWith(caseId, StringComparison.Ordinal))],
        [.. all.Sms.Where(sms => caseId is not null && sms.GroupCustomFields.GetValueOrDefault("key")?.StartsWith(caseId, StringComparison.Ordinal) == true)],
        [.. all.Notes.Where(note => $"{note.Ticket}" == ticket)]);
}
