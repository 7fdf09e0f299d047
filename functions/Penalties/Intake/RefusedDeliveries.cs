using System.Text.Json;
using Azure.Data.Tables;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Penalties.Requests;

namespace Penalties.Intake;

/// <summary>
/// Deliveries that made no case: table <c>RefusedDeliveries</c>, partition = source, row = delivery key. The raw body of a rejected one goes to
/// the contacts table, because nobody can say what it holds; of an unverified caller nothing is kept. Each gets a note on its ticket.
/// </summary>
public sealed class RefusedDeliveries(AppTables tables, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Table = "RefusedDeliveries";

    /// <summary>The script's own words for a caller who could not be verified.</summary>
    public const string ConsultationRestricted = "상담제한";

    private const string RejectedBodies = "rejected";

    private readonly TableClient _refused = tables.Of(Table);
    private readonly TableClient _contacts = tables.Of(ContactStore.Table);

    public async Task Reject(
        DurableTaskClient durable, string source, string? ticket, string delivery, byte[] body, IReadOnlyList<string> problems, CancellationToken cancellation)
    {
        // A table cell holds 64 KB, and so does the largest body.
        await _contacts.UpsertEntityAsync(
            new TableEntity(RejectedBodies, delivery) { ["Body"] = body.AsSpan(0, Math.Min(body.Length, 65_536)).ToArray(), ["WrittenAt"] = clock.GetUtcNow() },
            TableUpdateMode.Replace, cancellation);
        await Store(source, ticket, delivery, "rejected", problems, cancellation);
        await Note(durable, ticket, delivery, $"접수 내용을 처리할 수 없습니다: {string.Join(" ", problems)}", cancellation);
    }

    public async Task RefuseUnverified(DurableTaskClient durable, string source, string ticket, string delivery, CancellationToken cancellation)
    {
        await Store(source, ticket, delivery, "not-verified", [], cancellation);
        await Note(durable, ticket, delivery, ConsultationRestricted, cancellation);
    }

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

    private static async Task Note(DurableTaskClient durable, string? ticket, string delivery, string text, CancellationToken cancellation)
    {
        if (ticket is null or { Length: > 40 })
        {
            return;
        }

        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(
                nameof(TicketNoteOrchestrator),
                new TicketNote(ticket, text),
                new StartOrchestrationOptions($"note-{delivery}").WithDedupeStatuses(
                    OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Completed,
                    OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated, OrchestrationRuntimeStatus.Suspended),
                cancellation);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            // The same delivery again: its note is under way or written.
        }
    }
}
