using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Penalties.Intake.Sources;
using Penalties.Outside.Crm;

namespace Penalties.Intake;

/// <summary>
/// Takes a complaint from a ticket of which only the id was told. The ticket is fetched by a small orchestration, so that the sender is answered
/// at once and a CRM that is away loses nothing.
/// </summary>
public sealed class TicketFetch(
    ZendeskTickets tickets, Reception reception, CaseStarter starter, IOptions<CrmOptions> crm, [FromKeyedServices(Clocks.Business)] TimeProvider clock)
{
    public const string Fetching = "fetching";

    /// <summary>How the durable instances that fetch a ticket begin.</summary>
    public const string Prefix = "ticket-";

    public static bool IsTicket(string text) => text.Length is >= 1 and <= 18 && text.All(char.IsAsciiDigit) && ComplaintFormRules.IsTicket(text);

    public async Task<ReceivedView> Start(DurableTaskClient durable, string source, string ticket, Delivery delivery, CancellationToken cancellation)
    {
        try
        {
            await starter.Start(durable, nameof(TicketOrchestrator), new TicketToFetch(source, ticket, delivery), Prefix + delivery.Key, cancellation);
            return new(Fetching);
        }
        catch (OrchestrationAlreadyExistsException)
        {
            return new(CaseIntake.Duplicate);
        }
    }

    /// <summary>Reads the ticket and takes the complaint that stands in its custom fields.</summary>
    public async Task Take(DurableTaskClient durable, TicketToFetch told, CancellationToken cancellation)
    {
        if (crm.Value.Sources.TryGetValue(told.Source, out var source) && await tickets.Find(told.Ticket, cancellation) is { } ticket)
        {
            await Take(durable, told.Source, source, ticket, told.Delivery, cancellation);
        }
    }

    /// <inheritdoc cref="Take(DurableTaskClient, TicketToFetch, CancellationToken)"/>
    public Task<ReceivedView> Take(
        DurableTaskClient durable, string name, CrmSource source, CrmTicket ticket, Delivery delivery, CancellationToken cancellation)
    {
        var body = TicketComplaint.Of(source, ticket);
        var (form, problem) = ComplaintForm.Parse(body);
        return reception.Take(durable, name, form, problem, delivery, body, occurredAt => Untimely(source, occurredAt), cancellation);
    }

    /// <summary>A ticket may be found long after it was saved, and never before. Where business time runs ahead, either clock may be meant.</summary>
    private string? Untimely(CrmSource source, DateTimeOffset occurredAt) =>
        new[] { clock.GetUtcNow(), TimeProvider.System.GetUtcNow() }.Any(now => occurredAt - now <= source.SignatureAge)
            ? null
            : "occurred_at: a time that has passed is required.";
}
