using Microsoft.DurableTask;
using Penalties.Intake.Sources;

namespace Penalties.Intake;

/// <param name="Delivery">The webhook that told it.</param>
public sealed record TicketToFetch(string Source, string Ticket, Delivery Delivery);

/// <summary>Fetches one ticket and files what it says, however long the CRM is away.</summary>
public static class TicketOrchestrator
{
    [Function(nameof(TicketOrchestrator))]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, TicketToFetch ticket) =>
        context.CallActivityAsync(nameof(FileTicket), ticket, RetryPolicies.Persistent);
}

public sealed class FileTicket(TicketFetch fetch)
{
    [Function(nameof(FileTicket))]
    public Task Run([ActivityTrigger] TicketToFetch ticket, [DurableClient] DurableTaskClient durable, CancellationToken cancellation) =>
        fetch.Take(durable, ticket, cancellation);
}
