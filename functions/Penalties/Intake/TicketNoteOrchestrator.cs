using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Penalties.Outside.Crm;
using Penalties.Requests;

namespace Penalties.Intake;

/// <summary>Puts one note on the ticket of a delivery that made no case, however long the CRM is away.</summary>
public static class TicketNoteOrchestrator
{
    [Function(nameof(TicketNoteOrchestrator))]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, TicketNote note) =>
        context.CallActivityAsync(nameof(WriteTicketNote), note, RetryPolicies.Outside);
}

/// <param name="Text">The whole note; it is recognised on the ticket by standing there as a line of its own.</param>
public sealed record TicketNote(string Ticket, string Text);

public sealed partial class WriteTicketNote(ZendeskTickets tickets, ILogger<WriteTicketNote> log)
{
    [Function(nameof(WriteTicketNote))]
    public async Task Run([ActivityTrigger] TicketNote note, CancellationToken cancellation)
    {
        var update = new TicketUpdate([new(note.Text, Marker: null)], [ContactLog.Tag], new Dictionary<long, string>());
        if (!await tickets.Update(note.Ticket, update, cancellation))
        {
            LogNoTicket(log, note.Ticket);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Ticket {Ticket} is not in the CRM: the note of its refused delivery has no place")]
    private static partial void LogNoTicket(ILogger log, string ticket);
}
