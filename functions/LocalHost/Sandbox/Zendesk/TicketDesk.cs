namespace LocalHost.Sandbox.Zendesk;

internal enum TicketWrite
{
    Done,
    NotFound,
    OutdatedStamp,
    TooManyComments,
    CommentWithoutBody,
    Closed,
}

/// <summary>The account's tickets, and what was written to them through the API.</summary>
internal sealed class TicketDesk(long agentId, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Ticket> _tickets = [];
    private readonly List<TicketNote> _notes = [];
    private long _ids = 500_000_000;

    public void Seed(SeededTicket seed)
    {
        lock (_gate)
        {
            var at = Stamp.WholeSecond(seed.UpdatedAt ?? clock.GetUtcNow());
            var ticket = new Ticket(seed.Id, seed.Subject, seed.RequesterId, at) { Status = seed.Status };
            ticket.Tags.UnionWith(seed.Tags);
            foreach (var (id, value) in seed.Fields)
            {
                ticket.Fields[id] = JsonSerializer.SerializeToElement(value);
            }

            foreach (var body in seed.Comments)
            {
                AddComment(ticket, body, isPublic: true, seed.RequesterId, Via.Web, at);
            }

            _tickets[seed.Id] = ticket;
        }
    }

    public TicketView? Find(long id, string baseUrl)
    {
        lock (_gate)
        {
            return _tickets.GetValueOrDefault(id)?.View(baseUrl);
        }
    }

    /// <summary>The tickets chosen, in the order chosen.</summary>
    public IReadOnlyList<TicketView> Select(Func<IEnumerable<Ticket>, IEnumerable<Ticket>> choose, string baseUrl)
    {
        lock (_gate)
        {
            return [.. choose(_tickets.Values).Select(t => t.View(baseUrl))];
        }
    }

    public IReadOnlyList<CommentView>? Comments(long id)
    {
        lock (_gate)
        {
            return _tickets.TryGetValue(id, out var ticket) ? [.. ticket.Comments] : null;
        }
    }

    public TicketWrite Update(long id, TicketChange change)
    {
        lock (_gate)
        {
            if (!_tickets.TryGetValue(id, out var ticket))
            {
                return TicketWrite.NotFound;
            }

            if (ticket.Closed)
            {
                return TicketWrite.Closed;
            }

            if (change.IsOutdated(ticket.UpdatedStamp))
            {
                return TicketWrite.OutdatedStamp;
            }

            if (change.Comment is { } comment)
            {
                if (string.IsNullOrWhiteSpace(comment.Body))
                {
                    return TicketWrite.CommentWithoutBody;
                }

                if (ticket.Comments.Count >= Ticket.MostComments)
                {
                    return TicketWrite.TooManyComments;
                }

                var now = clock.GetUtcNow();
                var (isPublic, author) = (comment.Public ?? true, comment.AuthorId ?? agentId);
                AddComment(ticket, comment.Body, isPublic, author, Via.Api, now);
                _notes.Add(new(id, comment.Body, isPublic, author, now));
            }

            foreach (var field in change.CustomFields ?? [])
            {
                ticket.Fields[field.Id] = field.Value?.Clone();
            }

            if (change.Tags is { } tags)
            {
                ticket.Tags.Clear();
                ticket.Tags.UnionWith(tags);
            }

            ticket.Status = change.Status ?? ticket.Status;
            ticket.Touch(clock.GetUtcNow());
            return TicketWrite.Done;
        }
    }

    public TicketWrite AddTags(long id, TagsBody body)
    {
        lock (_gate)
        {
            if (!_tickets.TryGetValue(id, out var ticket))
            {
                return TicketWrite.NotFound;
            }

            if (ticket.Closed)
            {
                return TicketWrite.Closed;
            }

            if (body.IsOutdated(ticket.UpdatedStamp))
            {
                return TicketWrite.OutdatedStamp;
            }

            ticket.Tags.UnionWith(body.Tags ?? []);
            ticket.Touch(clock.GetUtcNow());
            return TicketWrite.Done;
        }
    }

    public (IReadOnlyList<TicketNote> Notes, IReadOnlyList<TicketState> Tickets) Snapshot()
    {
        lock (_gate)
        {
            return ([.. _notes], [.. _tickets.Values.Select(t => t.State())]);
        }
    }

    public void Reset()
    {
        lock (_gate)
        {
            _tickets.Clear();
            _notes.Clear();
        }
    }

    private void AddComment(Ticket ticket, string body, bool isPublic, long author, Via via, DateTimeOffset now) => ticket.Comments.Add(new()
    {
        Id = ++_ids,
        AuditId = ++_ids,
        AuthorId = author,
        Body = body,
        Public = isPublic,
        Via = via,
        CreatedAt = Stamp.Text(now),
    });
}
