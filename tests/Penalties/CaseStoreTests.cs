using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Penalties.Cases;
using Penalties.Rules;

namespace Penalties.Tests;

/// <summary>What a case leaves in storage, on Azurite.</summary>
[Collection(OnAzurite.Name)]
public sealed class CaseStoreTests(StorageFixture storage) : IAsyncLifetime
{
    private static readonly DateTimeOffset Friday = new(2026, 9, 18, 22, 30, 0, TimeSpan.FromHours(9));
    private static readonly Cause Cause = new("zendesk", "test");
    private static readonly CaseEvent[] Facets = [new BlockAgreed(), new FeedbackPromised(Friday, "feedback-3")];

    private static readonly Complaint Complaint = new(
        "zendesk", "kmob", "4711", CaseKind.Penalty, Channel.Phone, CallType.General, Verification.Caller, Violation.RecklessDriving, Centre.Koc,
        "R-1", "D-1", "customer-key", new(2026, 9, 18), Unclear: false);

    private static readonly string Id = CaseId.Of("kmob", "4711", CaseKind.Penalty);

    private readonly StorageWire _wire = new();
    private ServiceProvider _app = null!;

    private CaseStore Cases => _app.GetRequiredService<CaseStore>();

    public async Task InitializeAsync() => _app = await storage.App(_wire);

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task Filing_is_one_request_and_one_row_and_the_log_begins_with_it()
    {
        var filed = await File("delivery-1");

        Assert.Equal(1, _wire.Requests);
        Assert.Single(await Rows());
        Assert.Equal(filed!.Seq, (await Cases.Read(Id, default)).Seq);
        var log = await Cases.ReadLog(Id, default);
        Assert.Equal([1, 2, 3], log.Select(entry => entry.Seq));
        Assert.Equal([typeof(CaseFiled), typeof(BlockAgreed), typeof(FeedbackPromised)], log.Select(entry => entry.Event.GetType()));
        Assert.All(log, entry => Assert.Equal(("zendesk", "test"), (entry.By, entry.Why)));
    }

    [Fact]
    public async Task A_change_stands_behind_the_filing_and_leaves_it_alone()
    {
        await File("delivery-1");
        var before = await Cases.ReadLog(Id, default);

        await Change([new ReContacted(AskedWhen: false)]);
        await Change([new BlockRequested(1)]);

        var log = await Cases.ReadLog(Id, default);
        Assert.Equal(before.Select(entry => entry.ToString()), log.Take(3).Select(entry => entry.ToString()));
        Assert.Equal([1, 2, 3, 4, 5], log.Select(entry => entry.Seq));
        Assert.Equal(Transitions.Replay(log.Select(entry => (entry.Event, entry.At))).State, (await Cases.Read(Id, default)).State);
        Assert.Equal(3, (await Rows()).Count);
    }

    [Fact]
    public async Task A_case_is_filed_once()
    {
        await File("delivery-1");

        Assert.Null(await File("delivery-2"));
        Assert.Equal(3, (await Cases.ReadLog(Id, default)).Count);
    }

    [Fact]
    public async Task A_filing_whose_answer_was_lost_is_our_own()
    {
        _wire.LostAnswers = 1;

        Assert.NotNull(await File("delivery-1"));
        Assert.Equal(3, (await Cases.ReadLog(Id, default)).Count);
    }

    [Fact]
    public async Task A_delivery_that_told_the_case_tells_it_nothing_again()
    {
        await File("delivery-1", "invocation-1");
        await Change([new ReContacted(AskedWhen: false)], "delivery-2", "invocation-2");
        await Change([], "delivery-3");

        foreach (var known in (string[][])[["delivery-1"], ["delivery-9", "invocation-1"], ["invocation-2"], ["delivery-3"]])
        {
            var again = await Change([new ReContacted(AskedWhen: false)], known);
            Assert.Empty(again.Happened);
            Assert.Equal(1, again.Case!.ReContacts);
        }

        Assert.Single((await Change([new ReContacted(AskedWhen: false)], "delivery-9")).Happened);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_whose_answer_was_lost_happened_once(bool tellsSomething)
    {
        await File("delivery-1");
        var change = Cases.Change(
            Id,
            Cause,
            _ =>
            {
                _wire.LostAnswers = 1;
                return tellsSomething ? [new ReContacted(AskedWhen: false)] : [];
            },
            default,
            ["delivery-2"]);

        Assert.Equal(tellsSomething ? 1 : 0, (await change).Case!.ReContacts);
        Assert.Equal(tellsSomething ? 4 : 3, (await Cases.ReadLog(Id, default)).Count);
        Assert.Empty((await Change([new ReContacted(AskedWhen: false)], "delivery-2")).Happened);
    }

    [Fact]
    public void A_case_remembers_the_last_deliveries_and_they_fit_a_cell()
    {
        var current = Transitions.File(new(Id, Complaint), Friday);
        var row = CaseRow.Filed(current, [], [Key(0)]);
        for (var number = 1; number <= 1_000; number++)
        {
            row = row.Changed(current, [Key(number)]);
        }

        Assert.True(row.Knows([Key(1_000)]) && row.Knows([Key(601)]));
        Assert.False(row.Knows([Key(600)]) || row.Knows(["contact"]) || row.Knows(null));
        Assert.True(row.Deliveries!.Length < 32_000);

        // The longest there are: a contact's id of 64 characters.
        static string Key(int number) => $"contact-{number:D64}";
    }

    [Fact]
    public async Task Pages_hold_each_case_once_and_a_deleted_case_leaves_nothing()
    {
        await File("delivery-1");
        await Change([new ReContacted(AskedWhen: false)], "delivery-2");
        Assert.Equal(Id, Assert.Single(await Cases.Page(null, 10, default)).Id);
        Assert.Empty(await Cases.Page(Id, 10, default));

        await Cases.Delete(Id, default);
        Assert.Empty(await Rows());
    }

    private Task<PenaltyCase?> File(params string[] deliveries) => Cases.File(new(Id, Complaint), Facets, Cause, deliveries, default);

    private Task<CaseChange> Change(CaseEvent[] events, params string[] deliveries) =>
        Cases.Change(Id, Cause, _ => events, default, deliveries.Length == 0 ? null : deliveries);

    private async Task<List<TableEntity>> Rows()
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _app.GetRequiredService<AppTables>().Of(CaseStore.Table).QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }
}
