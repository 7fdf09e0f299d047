using Azure.Data.Tables;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Penalties.Cases;
using Penalties.Rules;

namespace Penalties.Tests;

/// <summary>Who has a complaint, and what is left of its customer, on Azurite.</summary>
[Collection(OnAzurite.Name)]
public sealed class ContactStoreTests(StorageFixture storage) : IAsyncLifetime
{
    private const string Key = "match-1";

    private static readonly DateTimeOffset Friday = new(2026, 9, 18, 22, 30, 0, TimeSpan.FromHours(9));
    private static readonly Contact Customer = new("C-1", "+821012345678", "홍길동", null, "서울", null, null, Friday);

    private static readonly PenaltyCase Case = Transitions.File(
        new("pr-1", new(
            "zendesk", "kmob", "4711", CaseKind.Penalty, Channel.Phone, CallType.General, Verification.Caller, Violation.RecklessDriving, Centre.Koc,
            "R-1", "D-1", "customer-key", new(2026, 9, 18), Unclear: false, Key)),
        Friday);

    private readonly StorageWire _wire = new();
    private readonly FakeTimeProvider _clock = new(Friday);
    private ServiceProvider _app = null!;
    private ContactStore _contacts = null!;

    public async Task InitializeAsync()
    {
        _app = await storage.App(_wire);
        _contacts = new(_app.GetRequiredService<AppTables>(), _clock);
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Fact]
    public async Task A_claim_is_one_request_and_one_row()
    {
        Assert.Equal("pr-1", await Claim("pr-1"));

        Assert.Equal(1, _wire.Requests);
        Assert.Single(await Rows());
        Assert.Equal(Customer, await _contacts.Find(Case, default));
    }

    [Fact]
    public async Task Of_two_tickets_the_first_has_the_complaint_also_when_its_answer_was_lost()
    {
        _wire.LostAnswers = 1;
        Assert.Equal("pr-1", await Claim("pr-1"));

        Assert.Equal("pr-1", await Claim("pr-2"));
        Assert.Equal("pr-1", await _contacts.Owner(Key, default));
        Assert.Equal(Customer, await _contacts.Find(Case, default));
    }

    [Fact]
    public async Task A_claim_of_which_no_case_came_is_taken_over()
    {
        await Claim("pr-1");
        Assert.False(await TakeOver("pr-2"));
        Assert.Equal("pr-1", await _contacts.Owner(Key, default));
        _clock.Advance(TimeSpan.FromMinutes(3));

        Assert.True(await TakeOver("pr-2"));

        Assert.Equal("pr-2", await _contacts.Owner(Key, default));
        Assert.Null((await _contacts.Find(Case, default))!.Name);
        _clock.Advance(TimeSpan.FromMinutes(3));
        Assert.False(await TakeOver("pr-3"));
    }

    [Fact]
    public async Task Of_two_tickets_that_take_over_a_claim_at_once_one_gets_it()
    {
        await Claim("pr-1");
        _clock.Advance(TimeSpan.FromMinutes(3));
        var other = false;
        _wire.Meanwhile = async request => other |= request.Method == HttpMethod.Put && await TakeOver("pr-3");

        Assert.False(await TakeOver("pr-2"));

        Assert.True(other);
        Assert.Equal("pr-3", await _contacts.Owner(Key, default));
    }

    [Fact]
    public async Task A_take_over_whose_answer_was_lost_is_our_own()
    {
        await Claim("pr-1");
        _clock.Advance(TimeSpan.FromMinutes(3));
        _wire.LostAnswers = 1;

        Assert.True(await TakeOver("pr-2"));
        Assert.Equal("pr-2", await _contacts.Owner(Key, default));
    }

    [Fact]
    public async Task A_complaint_that_is_released_while_another_ticket_claims_it_is_the_others()
    {
        await Claim("pr-1");
        _wire.Meanwhile = request => request.Method == HttpMethod.Get ? _contacts.Release(Key, "pr-1", default) : Task.CompletedTask;

        Assert.Equal("pr-2", await Claim("pr-2"));

        Assert.Equal("pr-2", await _contacts.Owner(Key, default));
        Assert.Equal(Customer, await _contacts.Find(Case, default));
    }

    [Fact]
    public async Task A_case_that_gets_its_customer_anew_has_the_complaint()
    {
        Assert.True(await _contacts.Renew(Case, Customer, default));

        Assert.Equal("pr-1", await Claim("pr-2"));
    }

    [Fact]
    public async Task A_purge_leaves_which_case_has_the_complaint_and_nothing_personal()
    {
        await Claim("pr-1");
        await _contacts.WriteText(Case, "홍길동 님이 화를 냈다고 함", default);

        await Purge();
        await Purge();

        Assert.Null(await _contacts.Find(Case, default));
        Assert.Empty(await _contacts.Texts(Case, default));
        var left = Assert.Single(await Rows());
        Assert.Equal(
            ["CaseId", "ClaimedAt", "PartitionKey", "RowKey", "Timestamp", "Writer"], left.Keys.Where(cell => !cell.StartsWith("odata", StringComparison.Ordinal)).Order());
        Assert.Equal("pr-1", await Claim("pr-2"));
        Assert.Null(await _contacts.Find(Case, default));
        Assert.Empty(await _contacts.KeysWithRowsBefore(DateTimeOffset.MaxValue.AddYears(-1), 10, default));
    }

    [Fact]
    public async Task A_case_that_is_opened_again_while_it_is_purged_keeps_what_it_is_told()
    {
        await Claim("pr-1");
        Assert.False(await _contacts.Purge(Case, () => Task.FromResult(false), default));
        Assert.Equal(Customer, await _contacts.Find(Case, default));

        var later = Customer with { Phone = "+821099998888", ToldAt = Friday.AddDays(30) };
        await Assert.ThrowsAsync<TableTransactionFailedException>(
            () => _contacts.Purge(Case, () => _contacts.Renew(Case with { Life = LifeState.Open }, later, default), default));
        Assert.Equal(later, await _contacts.Find(Case, default));
    }

    [Fact]
    public async Task An_open_case_that_was_purged_gets_the_customer_anew_and_keeps_its_claim()
    {
        await Claim("pr-1");
        await Purge();

        Assert.False(await _contacts.Renew(Case with { Life = LifeState.Closed }, Customer, default));
        Assert.True(await _contacts.Renew(Case, Customer, default));

        Assert.Equal(Customer, await _contacts.Find(Case, default));
        Assert.Equal("pr-1", await _contacts.Owner(Key, default));
    }

    [Fact]
    public async Task What_is_told_later_counts_and_an_empty_field_wipes_nothing()
    {
        await Claim("pr-1");
        var later = Customer with { Phone = "+821099998888", Name = null, ToldAt = Friday.AddHours(1) };

        Assert.True(await _contacts.Renew(Case, later, default));
        Assert.False(await _contacts.Renew(Case, Customer, default));

        Assert.Equal(later with { Name = Customer.Name }, await _contacts.Find(Case, default));
        Assert.Equal("pr-1", await _contacts.Owner(Key, default));
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task What_is_as_old_as_anything_may_become_goes_and_the_claim_with_it_where_no_case_came(bool isForgotten, int rowsLeft)
    {
        await Claim("pr-1");
        Assert.Equal(0, await _contacts.PurgeBefore(Key, Friday, isForgotten, default));
        _clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal([Key], await _contacts.KeysWithRowsBefore(Friday.AddDays(1), 10, default));

        Assert.Equal(1, await _contacts.PurgeBefore(Key, Friday.AddDays(1), isForgotten, default));

        Assert.Equal(rowsLeft, (await Rows()).Count);
        Assert.Null(await _contacts.Find(Case, default));
        Assert.Equal(isForgotten ? null : "pr-1", await _contacts.Owner(Key, default));
    }

    [Fact]
    public async Task A_claim_is_released_by_the_case_that_has_it_only()
    {
        await Claim("pr-1");
        await _contacts.Release(Key, "pr-2", default);
        Assert.Equal("pr-1", await _contacts.Owner(Key, default));

        await _contacts.Release(Key, "pr-1", default);
        Assert.Empty(await Rows());
    }

    private async Task Purge() => Assert.True(await _contacts.Purge(Case, () => Task.FromResult(true), default));

    private Task<bool> TakeOver(string caseId) => _contacts.TakeOver(Key, "pr-1", caseId, Customer with { Name = null }, default);

    private Task<string> Claim(string caseId) => _contacts.Claim(Key, caseId, Customer, default);

    private async Task<List<TableEntity>> Rows()
    {
        var rows = new List<TableEntity>();
        await foreach (var row in _app.GetRequiredService<AppTables>().Of(ContactStore.Table).QueryAsync<TableEntity>())
        {
            rows.Add(row);
        }

        return rows;
    }
}
