using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using Penalties.Intake;

namespace Penalties.Privacy;

/// <summary>
/// What is to be purged when: table <c>PurgePlan</c>, partition = KST date, row = what and which case. Two clocks: contact data some days after
/// closing, the rest of the case years after it. A row stays until its purge is done, so an interrupted purge goes on by itself; a row about
/// a case that was opened again meanwhile is dropped, and its next closing plans anew.
/// </summary>
public sealed class PurgePlan(
    AppTables tables, IOptions<PrivacyOptions> privacy, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Table = "PurgePlan";

    private const string ContactData = "contacts";
    private const string WholeCase = "case";

    private readonly TableClient _plan = tables.Of(Table);

    /// <summary>For a case that closes now.</summary>
    public Task Contacts(string caseId, CancellationToken cancellation) =>
        Write(ContactData, caseId, Korea.DateOf(clock.GetUtcNow()).AddDays(privacy.Value.ContactDays), cancellation);

    public Task Case(string caseId, DateTimeOffset closedAt, CancellationToken cancellation) =>
        Write(WholeCase, caseId, Korea.DateOf(closedAt).AddDays(privacy.Value.CaseDays), cancellation);

    /// <summary>Whether a case closed then has been kept for as long as it may; a plan of an earlier closing comes too early.</summary>
    public bool IsOver(PlannedPurge purge, DateTimeOffset closedAt) =>
        Korea.DateOf(closedAt).AddDays(purge.IsWholeCase ? privacy.Value.CaseDays : privacy.Value.ContactDays) <= Korea.DateOf(clock.GetUtcNow());

    /// <summary>What is due, oldest first.</summary>
    public async IAsyncEnumerable<PlannedPurge> Due([EnumeratorCancellation] CancellationToken cancellation)
    {
        var today = Key(Korea.DateOf(clock.GetUtcNow()));
        await foreach (var row in _plan.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey le {today}"), cancellationToken: cancellation))
        {
            yield return new(row.PartitionKey, row.RowKey, row.GetString("CaseId"), row.GetString("What") == WholeCase);
        }
    }

    /// <summary>Plans anew what came too early for a closed case: its closing was later, or data is to be kept longer than it was then.</summary>
    public async Task Again(PlannedPurge purge, DateTimeOffset closedAt, CancellationToken cancellation)
    {
        var days = purge.IsWholeCase ? privacy.Value.CaseDays : privacy.Value.ContactDays;
        await Write(purge.IsWholeCase ? WholeCase : ContactData, purge.CaseId, Korea.DateOf(closedAt).AddDays(days), cancellation);
        await Done(purge, cancellation);
    }

    public Task Done(PlannedPurge purge, CancellationToken cancellation) => _plan.DeleteEntityAsync(purge.Date, purge.Key, ETag.All, cancellation);

    private Task Write(string what, string caseId, DateOnly date, CancellationToken cancellation) => _plan.UpsertEntityAsync(
        new TableEntity(Key(date), $"{what}|{caseId}") { ["CaseId"] = caseId, ["What"] = what }, TableUpdateMode.Replace, cancellation);

    private static string Key(DateOnly date) => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}

/// <param name="IsWholeCase">The case itself, not only its contact data.</param>
public sealed record PlannedPurge(string Date, string Key, string CaseId, bool IsWholeCase);
