namespace LocalHost.Sandbox;

/// <summary>
/// What the outside world got, from the first request or the last reset on; lists in the order of arrival. Texts and numbers are as they
/// came, nothing is masked: this document is for tests and checks, the page for people.
/// </summary>
public sealed record ReceivedDocument
{
    public IReadOnlyList<BoardPost> Board { get; init; } = [];

    public IReadOnlyList<BlockCall> Blocks { get; init; } = [];

    public IReadOnlyList<OutcomeLookUps> Outcomes { get; init; } = [];

    public IReadOnlyList<ReceivedSms> Sms { get; init; } = [];

    public IReadOnlyList<DeliveryReport> Reports { get; init; } = [];

    public IReadOnlyList<TicketNote> Notes { get; init; } = [];

    public IReadOnlyList<TicketState> Tickets { get; init; } = [];

    public IReadOnlyList<RequestCount> Requests { get; init; } = [];

    public IReadOnlyList<RefusedRequest> Refused { get; init; } = [];
}

/// <summary>A post on a board, or a comment when <paramref name="ParentId"/> is given.</summary>
public sealed record BoardPost(string Board, long Id, long? ParentId, string Text, DateTimeOffset At);

/// <summary>A mutual block by its key. <paramref name="Calls"/> counts every PUT with that key that was answered with 200 or 201.</summary>
public sealed record BlockCall(
    string Key, string DriverId, string CustomerId, string? RequestedBy, int Calls, DateTimeOffset BlockedAt, DateTimeOffset? UnblockedAt)
{
    public bool Unblocked => UnblockedAt is not null;
}

/// <summary>How often the outcome of a case was asked for, and what the last answer's state was (<c>pending</c> or <c>concluded</c>).</summary>
public sealed record OutcomeLookUps(string CaseId, int Count, string LastState);

/// <summary>
/// A message a provider accepted and sent; the group is Solapi's group or NHN's request. <c>Bytes</c> and <c>SubjectBytes</c> count
/// EUC-KR (code page 51949).
/// </summary>
public sealed record ReceivedSms
{
    public required string MessageId { get; init; }

    public required string GroupId { get; init; }

    public required string Type { get; init; }

    public required string To { get; init; }

    public required string From { get; init; }

    public required string Text { get; init; }

    public string? Subject { get; init; }

    public required int Bytes { get; init; }

    public required int SubjectBytes { get; init; }

    /// <summary>The provider's: Solapi 3000 with the carrier, 4000 delivered; NHN empty while under way, 1000 delivered; others failed.</summary>
    public required string StatusCode { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public IReadOnlyDictionary<string, string> CustomFields { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, string> GroupCustomFields { get; init; } = new Dictionary<string, string>();

    public bool Delivered => StatusCode is "4000" or "1000";
}

/// <summary>A delivery report that was posted, or given up after five tries.</summary>
/// <param name="Status">The last answer's status; null: nobody answered.</param>
public sealed record DeliveryReport(IReadOnlyList<string> MessageIds, int Tries, int? Status);

/// <summary>A comment written to a ticket through the API; a contact log entry is one with <paramref name="Public"/> false.</summary>
public sealed record TicketNote(long Ticket, string Body, bool Public, long Author, DateTimeOffset At);

/// <summary>Fields (by field id) and tags of a ticket as they are now.</summary>
public sealed record TicketState(long Ticket, string Status, IReadOnlyDictionary<long, string?> Fields, IReadOnlyList<string> Tags);

public sealed record RequestCount(SandboxSystem System, string Operation, int Count);

/// <summary>A request answered with a status of 400 or more, a fault's included; or by NHN, which says no with 200.</summary>
public sealed record RefusedRequest(SandboxSystem System, string Operation, int Status, string Reason, DateTimeOffset At);
