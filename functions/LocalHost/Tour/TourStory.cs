using System.Text.RegularExpressions;

namespace LocalHost.Tour;

/// <summary>
/// One story of the tour: what people do, in business time, and what the outside world has to have received in the end. The expectations are
/// written here once more, from the script and not from the app's code.
/// </summary>
public abstract partial class TourStory(int number)
{
    /// <summary>The script's text, its five paragraphs parted by blank lines.</summary>
    protected const string Script =
        "안녕하세요.\n\n00월 00일 대리 기사님에게 내부 정책에 따라 페널티 조치를 진행했습니다. 앞으로 다시는 해당 기사님과 배차되지 않으니 안심하세요.\n\n"
        + "또한 운행 관련 주의사항을 전달하고, 추후 안전운행 및 기본 서비스 원칙을 지켜 고객님을 응대하도록 요청했습니다.\n\n"
        + "다시 한번 이용에 불편을 드린 점 사과 말씀드립니다. 시간 내어 서비스 개선의 기회를 주신만큼 더욱 나은 앱 서비스를 제공할 수 있도록 노력하겠습니다.\n\n"
        + "카카오 T 고객센터 드림";

    protected const string Subject = "카카오 T 고객센터입니다.";

    private const string NeverMatchedAgain = " 앞으로 다시는 해당 기사님과 배차되지 않으니 안심하세요.";

    public abstract string Name { get; }

    /// <summary>The CRM ticket of this story.</summary>
    public string Ticket { get; } = $"{48000 + number}";

    public string? CaseId { get; protected set; }

    protected ComplaintBody Complaint => new()
    {
        Ticket = Ticket,
        RideId = $"R-{number:D4}",
        DriverId = $"D-{1000 + number}",
        CustomerId = $"C-{77000 + number}",
        CustomerPhone = $"010-{5500 + number}-{1200 + number}",
    };

    /// <summary>Acts and waits until the case has come to its end.</summary>
    public abstract Task Run(TourStage stage, CancellationToken ct);

    /// <summary>Every way in which what was received is missing something, doubled or untrue.</summary>
    public IEnumerable<string> Faults(ReceivedByCase received) =>
        Check(received).Concat(Always(received)).Where(fault => fault is not null).Select(fault => fault!);

    protected abstract IEnumerable<string?> Check(ReceivedByCase received);

    protected static string? Exactly<T>(int expected, IEnumerable<T> items, string what) =>
        items.Count() is var count && count != expected ? $"{(count < expected ? "missing" : "doubled")}: {count} x {what}, expected {expected}" : null;

    protected static string? NoteOnce(ReceivedByCase received, string words) =>
        Exactly(1, received.NoteLines.Where(line => line.Contains(words, StringComparison.Ordinal)), $"note '{words}'");

    protected static string? Text(ReceivedByCase received, DateTimeOffset day, bool withBlock)
    {
        var body = Script.Replace("00월 00일", $"{day:MM}월 {day:dd}일", StringComparison.Ordinal);
        var expected = withBlock ? body : body.Replace(NeverMatchedAgain, "", StringComparison.Ordinal);
        return received.Sms.All(sms => sms.Text == expected && sms.Subject == Subject) ? null : "untrue: the SMS is not the text that is true for this case";
    }

    private IEnumerable<string?> Always(ReceivedByCase received)
    {
        yield return received.Notes.Any(note => note.Public) ? "untrue: a note on the ticket is public" : null;
        yield return received.Notes.Select(note => note.Body).Concat(received.Board.Concat(received.Notices).Select(post => post.Text)).Any(text => PhoneNumber().IsMatch(text))
            ? "untrue: a note or post holds a phone number" : null;
        yield return received.Sms.Any(sms => sms.Text.Contains(Complaint.DriverId, StringComparison.Ordinal)) ? "untrue: the SMS names the driver" : null;
        yield return received.NoteLines.GroupBy(line => line).FirstOrDefault(lines => lines.Count() > 1) is { } twice ? $"doubled: note '{twice.Key}'" : null;
        yield return received.Sms.Any(sms => sms.Type != "LMS" || sms.Bytes > 2000 || sms.SubjectBytes > 40) ? "untrue: the SMS does not fit an LMS" : null;
    }

    [GeneratedRegex(@"01[016789]-?\d{3,4}-?\d{4}")]
    private static partial Regex PhoneNumber();
}
