using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;

namespace Penalties.Intake;

/// <summary>
/// Deliveries that made no case: table <c>RefusedDeliveries</c>, partition = source, row = delivery key. The raw body of a rejected one goes to
/// the contacts table, because nobody can say what it holds; of an unverified caller nothing is kept. Each gets a note on its ticket.
/// </summary>
public sealed class RefusedDeliveries(AppTables tables, CaseStarter starter, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Table = "RefusedDeliveries";

    /// <summary>How the durable instances that write a note begin.</summary>
    public const string NotePrefix = "note-";

    /// <summary>The script's own words for a caller who could not be verified.</summary>
    public const string ConsultationRestricted = "상담제한";

    private readonly TableClient _refused = tables.Of(Table);
    private readonly TableClient _contacts = tables.Of(ContactStore.Table);

    public async Task Reject(
        DurableTaskClient durable, string source, string? ticket, string delivery, byte[] body, IReadOnlyList<string> problems, CancellationToken cancellation)
    {
        // A table cell holds 64 KB, and so does the largest body.
        var kept = new TableEntity(ContactStore.Rejected, delivery) { ["Body"] = body.AsSpan(0, Math.Min(body.Length, 65_536)).ToArray() };
        kept["WrittenAt"] = clock.GetUtcNow();
        await _contacts.UpsertEntityAsync(kept, TableUpdateMode.Replace, cancellation);
        await Store(source, ticket, delivery, "rejected", problems, cancellation);
        await Note(durable, ticket, delivery, $"접수 내용을 처리할 수 없습니다: {string.Join(" ", problems)}", cancellation);
    }

    public async Task RefuseUnverified(DurableTaskClient durable, string source, string ticket, string delivery, CancellationToken cancellation)
    {
        await Store(source, ticket, delivery, "not-verified", [], cancellation);
        await Note(durable, ticket, delivery, ConsultationRestricted, cancellation);
    }

    /// <summary>Says on a ticket that its complaint belongs to a case there is.</summary>
    public Task NoteLinked(DurableTaskClient durable, string ticket, string delivery, PenaltyCase current, CancellationToken cancellation)
    {
        var state = ReContactSituations.Of(current, askedWhen: false) switch
        {
            ReContactSituation.Answered => "회신 완료된 건.",
            ReContactSituation.Withdrawn => "철회된 건.",
            ReContactSituation.InProgress or ReContactSituation.AskedWhen or ReContactSituation.WithManager or ReContactSituation.WithManagerAskedWhen
                or ReContactSituation.Recorded => "처리 중인 건.",
        };
        return Note(durable, ticket, delivery, $"기존 접수 건({current.Id})에 연결. {state}", cancellation);
    }

    /// <summary>A page of the refused deliveries, for operators.</summary>
    public async Task<RefusedPage> List(int size, string? continuation, CancellationToken cancellation)
    {
        await foreach (var page in _refused.QueryAsync<TableEntity>(maxPerPage: size, cancellationToken: cancellation).AsPages(continuation, size))
        {
            return new([.. page.Values.Select(Entry)], page.ContinuationToken);
        }

        return new([], null);
    }

    /// <summary>The body of a rejected delivery, or null when there is none or it was purged.</summary>
    public async Task<byte[]?> Body(string delivery, CancellationToken cancellation)
    {
        var found = await _contacts.GetEntityIfExistsAsync<TableEntity>(ContactStore.Rejected, delivery, cancellationToken: cancellation);
        return found.HasValue ? found.Value!.GetBinary("Body") : null;
    }

    /// <summary>Deletes deliveries and bodies received before the instant, at most <paramref name="most"/>.</summary>
    /// <returns>How many were deleted.</returns>
    public async Task<int> DeleteBefore(DateTimeOffset instant, int most, CancellationToken cancellation)
    {
        var deleted = 0;
        await foreach (var row in _refused.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"ReceivedAt lt {instant}"), cancellationToken: cancellation))
        {
            if (deleted++ == most)
            {
                break;
            }

            await _contacts.DeleteEntityAsync(ContactStore.Rejected, row.RowKey, ETag.All, cancellation);
            await _refused.DeleteEntityAsync(row.PartitionKey, row.RowKey, ETag.All, cancellation);
        }

        return deleted;
    }

    private static RefusedEntry Entry(TableEntity row) => new(
        row.PartitionKey,
        row.RowKey,
        row.GetString("Kind"),
        row.GetString("Ticket"),
        JsonSerializer.Deserialize<IReadOnlyList<string>>(row.GetString("Problems"), CaseJson.Options) ?? [],
        Korea.TimeOf(row.GetDateTimeOffset("ReceivedAt") ?? default));

    private Task Store(string source, string? ticket, string delivery, string kind, IReadOnlyList<string> problems, CancellationToken cancellation) =>
        _refused.UpsertEntityAsync(
            new TableEntity(source, delivery)
            {
                ["Kind"] = kind,
                ["Ticket"] = ticket is { Length: <= 40 } ? ticket : null,
                ["Problems"] = JsonSerializer.Serialize(problems, CaseJson.Options),
                ["ReceivedAt"] = clock.GetUtcNow(),
            },
            TableUpdateMode.Replace, cancellation);

    private async Task Note(DurableTaskClient durable, string? ticket, string delivery, string text, CancellationToken cancellation)
    {
        if (ticket is null or { Length: > 40 })
        {
            return;
        }

        try
        {
            await starter.Start(durable, nameof(TicketNoteOrchestrator), new TicketNote(ticket, text), NotePrefix + delivery, cancellation);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The same delivery again: its note is under way or written.
        }
    }
}

/// <inheritdoc cref="IndexPage"/>
public sealed record RefusedPage(IReadOnlyList<RefusedEntry> Deliveries, string? Continuation)
{
    public static RefusedPage Example => new(
        [
            new(
                "zendesk", "01K5EXAMPLE0000000000000001", "rejected", "4711", ["violation: allowed: 콜취소/Noshow, 현금요구."],
                new(2026, 9, 18, 22, 30, 0, Korea.Offset)),
        ],
        Continuation: null);
}

/// <param name="Delivery">Key under which its body can be read.</param>
/// <param name="Kind">"rejected" or "not-verified".</param>
/// <param name="Problems">What was wrong; none of it repeats what was sent.</param>
/// <param name="ReceivedAt">KST.</param>
public sealed record RefusedEntry(string Source, string Delivery, string Kind, string? Ticket, IReadOnlyList<string> Problems, DateTimeOffset ReceivedAt);
