namespace LocalHost.Tour;

/// <summary>What a tour came to; with <c>--json</c> this is the document on standard output.</summary>
public sealed record TourReport(IReadOnlyList<StoryReport> Stories, double Seconds)
{
    public bool Kept => Stories.All(story => story.Kept);
}

/// <param name="Kept">Nothing is missing, doubled or untrue.</param>
public sealed record StoryReport(string Name, bool Kept, IReadOnlyList<string> Faults, double Seconds, ReceivedReport Received);

public sealed record ReceivedReport(
    IReadOnlyList<PostReport> Board, IReadOnlyList<BlockReport> Blocks, IReadOnlyList<SmsReport> Sms, IReadOnlyList<NoteReport> Notes,
    IReadOnlyList<PostReport> Notices)
{
    public static ReceivedReport Of(ReceivedByCase received) => new(
        [.. received.Board.Select(post => new PostReport(post.Board, post.ParentId is not null, post.Text))],
        [.. received.Blocks.Select(block => new BlockReport(block.Key, block.DriverId, block.Calls))],
        [.. received.Sms.Select(sms => new SmsReport(Masked(sms.To), sms.Subject, sms.Text, sms.Bytes, sms.SubjectBytes, sms.StatusCode, sms.SentAt))],
        [.. received.Notes.Select(note => new NoteReport(note.Ticket, note.Body))],
        [.. received.Notices.Select(post => new PostReport(post.Board, post.ParentId is not null, post.Text))]);

    private static string Masked(string number) => $"{number[..3]}-****-{number[^4..]}";
}

public sealed record PostReport(string Board, bool Comment, string Text);

public sealed record BlockReport(string Key, string DriverId, int Calls);

public sealed record SmsReport(string To, string? Subject, string Text, int Bytes, int SubjectBytes, string StatusCode, DateTimeOffset SentAt);

public sealed record NoteReport(long Ticket, string Body);
