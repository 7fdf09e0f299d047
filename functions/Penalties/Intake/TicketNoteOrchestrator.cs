using Microsoft.DurableTask;
using Penalties.Outside.Crm;

namespace Penalties.Intake;

/// <summary>Puts one note on the ticket of a delivery that made no case, however long the CRM is away.</summary>
public static class TicketNoteOrchestrator
{
    [Function(nameof(TicketNoteOrchestrator))]
    public static Task Run([OrchestrationTrigger] TaskOrchestrationContext context, TicketNote note) =>
        context.CallActivityAsync(nameof(WriteTicketNote), note, RetryPolicies.Persistent);
}

/// <param name="Text">The whole note; it is recognised on the ticket by standing there as a line of its own.</param>
public sealed record TicketNote(string Ticket, string Text);

public sealed partial class WriteTicketNote(ZendeskTickets tickets, ILogger<WriteTicketNote> log)
{
    [Function(nameof(WriteTicketNote))]
    public async Task Run([ActivityTrigger] TicketNote note, CancellationToken cancellation)
    {
        var update = new TicketUpdate([new(note.Text, Marker: null)], [ContactLog.Tag], new Dictionary<long, string>());
        if (await tickets.Update(note.Ticket, update, cancellation) is { } refusal)
        {
            LogRefused(log, note.Ticket, refusal);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The CRM will not take the note of a refused delivery on ticket {Ticket}: {Code}")]
    private static partial void LogRefused(ILogger log, string ticket, string code);
}
