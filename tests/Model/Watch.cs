using System.Collections.Concurrent;
using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using Model.Tests.Twins;
using Penalties.Cases;
using Penalties.Intake;
using Penalties.Requests;
using Penalties.Rules;

namespace Model.Tests;

/// <summary>Holds the invariants of the product against what is stored and what the outside world received.</summary>
internal sealed class Watch
{
    private static readonly JsonSerializerOptions Json = CaseJson.Options;
    private static readonly string[] NeverMatched = ["배차되지", "다시는"];

    private readonly Centre _centre;
    private readonly ConcurrentQueue<string> _broken = new();
    private readonly ConcurrentDictionary<string, (ETag Tag, PenaltyCase Case)> _cases = new();
    private readonly ConcurrentDictionary<string, IReadOnlyList<LogEntry>> _entries = new();
    private readonly Dictionary<string, int> _logged = [];
    private readonly Dictionary<string, ETag> _looked = [];

    public Watch(Centre centre)
    {
        _centre = centre;
        centre.World.OnSent = AtTheMomentOfSending;
        centre.World.OnBlocking = AtTheMomentOfBlocking;
    }

    public IReadOnlyList<PenaltyCase> All() => [.. CaseRows().Select(Case)];

    public IEnumerable<PenaltyCase> Open() => All().Where(one => one.Life is LifeState.Open);

    /// <summary>Everything that happened, for whoever reads of a failure.</summary>
    public string Tell() => string.Join('\n', All().SelectMany(one => Log(one.Id).Select(entry => $"{one.Id} {entry.Seq,3} {entry.At:MM-dd HH:mm:ss} {entry.By}: {entry.Event}")));

    public void Look()
    {
        Assert.Empty(_broken);
        foreach (var row in CaseRows().Where(row => _looked.GetValueOrDefault(row.PartitionKey) != row.ETag))
        {
            // A log is written in one transaction with its case.
            TheLogOnlyGrowsAndGivesTheState(Case(row));
            _looked[row.PartitionKey] = row.ETag;
        }

        AtMostOneTextMayHaveArrived();
    }

    /// <summary>Nothing waits that nobody waits for.</summary>
    public void LookAtTheEnd()
    {
        _looked.Clear();
        Look();
        var all = All();
        Assert.All(all, one => Assert.True(one.Life is LifeState.Closed, $"{one.Id} did not come to its end: {JsonSerializer.Serialize(one, Json)}"));
        foreach (var current in all)
        {
            var marker = BoardText.Marker(current);
            var posts = _centre.World.Posts().Where(post => post.ParentId is null && post.Text.Contains(marker, StringComparison.Ordinal)).ToList();
            Assert.True(posts.Count <= 1, $"{current.Id} has {posts.Count} posts.");
            Assert.Equal(current.Board is BoardState.Posted, posts.Count == 1);

            var events = EventsOf(current.Id);
            var isAnsweredByText = events.OfType<MessageDelivered>().Any();
            Assert.True(current.Promise is not PromiseState.Answered || isAnsweredByText || events.OfType<ManagerAnswered>().Any(), $"{current.Id} was answered by nobody.");
            Assert.Equal(isAnsweredByText ? 1 : 0, _centre.World.Sent().Count(text => text.CaseId == current.Id && text.Status == "4000" && events.OfType<MessageDelivered>().Any()));
            Assert.True(current.Message is not (MessageState.Reserved or MessageState.Sent), $"{current.Id} is closed with a message that is {current.Message}.");
            Assert.True(current.Promise is not PromiseState.Promised, $"{current.Id} is closed and its promise was not kept.");
            Assert.True(current is { Decision: not DecisionState.Awaited, Callback: not (CallbackState.Wanted or CallbackState.Due), NotesOwed: [] }, $"{current.Id} still owes something.");
            Assert.True(current.Board is not BoardState.Posted || current.CommentsOwed is [], $"{current.Id} still owes comments.");
            Assert.True(current.BlockGivenUp || current.Block is not (BlockState.Pending or BlockState.Lifting), $"{current.Id} is closed and its block is {current.Block}.");
            AssertBlocked(current);
            Assert.False(current.PromisedBlockLifted, $"{current.Id}: the customer was told never matched, the block is lifted, and nobody was asked.");
        }

        var lines = _centre.World.Notes().SelectMany(note => note.Text.Split('\n').Where(line => line.Contains('[', StringComparison.Ordinal)).Select(line => (note.Ticket, line))).ToList();
        Assert.Equal(lines.Distinct().Count(), lines.Count);
        Assert.All(_centre.World.Notes(), note => Assert.False(note.Public));
        var comments = _centre.World.Posts().Select(post => post.Text[post.Text.LastIndexOf('[')..]).ToList();
        Assert.Equal(comments.Distinct().Count(), comments.Count);
    }

    private void AssertBlocked(PenaltyCase current)
    {
        bool? told = current.Block switch
        {
            BlockState.Confirmed => true,
            BlockState.Unknown or BlockState.Declined or BlockState.Lifted => false,
            BlockState.Pending or BlockState.Failed or BlockState.Lifting => null,
        };
        // Of what was lifted elsewhere the app hears when it asks, and it asks when it is about to say so.
        Assert.True(told is null || told == _centre.World.IsBlocked(current.Id) || (told.Value && _centre.World.WasLiftedByHand(current.Id)), $"{current.Id}: the block is {current.Block}, and the driver admin says blocked: {_centre.World.IsBlocked(current.Id)}.");
    }

    /// <summary>Invariant 6, and 9: what only a person decides has a person.</summary>
    private void TheLogOnlyGrowsAndGivesTheState(PenaltyCase current)
    {
        var log = Log(current.Id);
        Assert.Equal(Enumerable.Range(1, log.Count).Select(seq => (long)seq), log.Select(entry => entry.Seq));
        Assert.True(log.Count >= _logged.GetValueOrDefault(current.Id));
        if (log.Count == _logged.GetValueOrDefault(current.Id))
        {
            return;
        }

        var replayed = Transitions.Replay(log.Select(entry => (entry.Event, entry.At)));
        Assert.Equal(JsonSerializer.Serialize(replayed, Json), JsonSerializer.Serialize(current, Json));
        foreach (var entry in log.Skip(_logged.GetValueOrDefault(current.Id)))
        {
            if (entry.Event is IDecidedByPerson decided)
            {
                Assert.True(Actor.IsPerson(decided.Person) && decided.Person != Actor.System, $"{entry.Event} was decided by '{decided.Person}'.");
                Assert.NotEqual(Actor.System, entry.Event is OutcomeConcluded or OutcomeCorrected ? decided.Person : entry.By);
            }
        }

        _logged[current.Id] = log.Count;
    }

    /// <summary>How often which event happened in this centre.</summary>
    public IEnumerable<string> Happened() => All().SelectMany(one => Log(one.Id)).Select(entry => entry.Event.GetType().Name);

    /// <summary>Invariant 1.</summary>
    private void AtMostOneTextMayHaveArrived()
    {
        foreach (var texts in _centre.World.Sent().GroupBy(text => text.CaseId))
        {
            Assert.True(texts.Count(text => text.Status is "4000" or "3000") <= 1, $"{texts.Key}: {string.Join(", ", texts.Select(text => text.Status))}");
        }
    }

    /// <summary>Invariants 1 to 4, at the instant at which the provider takes a text.</summary>
    private void AtTheMomentOfSending(SentText text)
    {
        try
        {
            var current = All().Single(one => one.Id == text.CaseId);
            var events = EventsOf(text.CaseId);
            var earlier = _centre.World.Sent().Where(other => other.CaseId == text.CaseId && other.Attempt != text.Attempt).ToList();
            Assert.DoesNotContain(earlier, other => other.Status is "4000" or "3000");
            Assert.True(text.Attempt == 1 || events.OfType<MessageResendOrdered>().Count() >= text.Attempt - 1, "Another attempt nobody ordered.");
            Assert.True(current.AnswerWanted, "Sent although nobody wants it.");
            Assert.False(current.IsHeld, $"Sent while {string.Join(", ", current.OpenFacts)} is open.");
            Assert.False(current.Outcome is OutcomeState.Unknown or OutcomeState.Appealed, $"Sent while the outcome is {current.Outcome}.");

            var snapshot = _centre.Snapshots.Of(current);
            Assert.True(snapshot.Proves!.Value.HasFlag(Claims.Penalty | Claims.Caution), $"{current.OutcomeKind} does not prove what the text says.");
            if (NeverMatched.Any(words => text.Text.Contains(words, StringComparison.Ordinal)))
            {
                Assert.True(
                    current.Block is BlockState.Confirmed && _centre.World.IsApart(current.Complaint.DriverId, ComplaintForm.Example.CustomerId!),
                    $"The text promises a block, and it is {current.Block}.");
            }

            Assert.True(current.Policy.Window.Contains(text.At), $"Sent at {text.At}.");
            Assert.True(text.At >= snapshot.Due && text.At >= current.ConcludedAt, $"Sent at {text.At}, due {snapshot.Due}, concluded {current.ConcludedAt}.");
            Assert.Empty(LmsText.Problems(text.Subject, text.Text));
            Assert.Equal(("01012345678", "카카오 T 고객센터입니다."), (text.To, text.Subject));
        }
        catch (Exception broken)
        {
            _broken.Enqueue($"{text.Key}: {broken.Message}");
        }
    }

    /// <summary>Invariant 10, at the instant at which the driver admin is asked for a block.</summary>
    private void AtTheMomentOfBlocking(string caseId, string driverId)
    {
        var current = All().Single(one => one.Id == caseId);
        if (current.IsHeld || current.Complaint.DriverId != driverId)
        {
            _broken.Enqueue($"{caseId}: a block of {driverId} was ordered, while it is about {current.Complaint.DriverId} and {string.Join(", ", current.OpenFacts)} is open.");
        }
    }

    private List<CaseEvent> EventsOf(string caseId) => [.. Log(caseId).Select(entry => entry.Event)];

    private List<LogEntry> Log(string caseId) =>
    [
        .. _centre.Tables.Rows(CaseStore.Table, caseId)
            .Where(row => row.RowKey.StartsWith(CaseRow.Prefix, StringComparison.Ordinal) || row.RowKey.StartsWith(LogRow.Prefix, StringComparison.Ordinal))
            .SelectMany(Entries),
    ];

    private IEnumerable<TableEntity> CaseRows() =>
        _centre.Tables.Rows(CaseStore.Table).Where(row => row.RowKey.StartsWith(CaseRow.Prefix, StringComparison.Ordinal));

    private PenaltyCase Case(TableEntity row)
    {
        if (!_cases.TryGetValue(row.PartitionKey, out var known) || known.Tag != row.ETag)
        {
            known = _cases[row.PartitionKey] = (row.ETag, JsonSerializer.Deserialize<PenaltyCase>(row.GetString("Case"), Json)!);
        }

        return known.Case;
    }

    /// <summary>An entry that changes after it was written is one that is read anew.</summary>
    private IReadOnlyList<LogEntry> Entries(TableEntity row) => row.GetString("Filing") is { } filing
        ? _entries.GetOrAdd(filing, static text => JsonSerializer.Deserialize<IReadOnlyList<LogEntry>>(text, Json)!)
        : _entries.GetOrAdd(
            $"{row.PartitionKey} {row.RowKey} {row.ETag}",
            _ =>
            [
                new(
                    row.GetInt64("Seq")!.Value,
                    row.GetDateTimeOffset("At")!.Value,
                    row.GetString("By"),
                    JsonSerializer.Deserialize<CaseEvent>(row.GetString("Event"), Json)!),
            ]);

    private sealed record LogEntry(long Seq, DateTimeOffset At, string By, CaseEvent Event);
}
