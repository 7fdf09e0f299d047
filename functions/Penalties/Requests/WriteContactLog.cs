using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;
using Penalties.Outside.Crm;
using Penalties.Rules;

namespace Penalties.Requests;

/// <summary>Writes the notes a case owes to its ticket, together with the tag and the fields that show its state: one update.</summary>
public sealed partial class WriteContactLog(CaseSteps steps, ZendeskTickets tickets, IOptions<ZendeskOptions> zendesk, ILogger<WriteContactLog> log)
{
    [Function(nameof(WriteContactLog))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var current = await steps.Read(work.CaseId, cancellation);
        var snapshot = steps.Snapshot(current, work.Policy);
        if (current.NotesOwed.Count == 0)
        {
            return snapshot;
        }

        // The note the script demands word for word stands alone; all others of the moment share one comment.
        var owed = current.NotesOwed[0].Kind is TextKind.NotFiled
            ? [current.NotesOwed[0]]
            : current.NotesOwed.TakeWhile(note => note.Kind is not TextKind.NotFiled).ToList();

        var update = new TicketUpdate([.. owed.Select(note => ContactLog.Line(current, note, snapshot.Due))], [ContactLog.Tag], Fields(current));
        if (!await tickets.Update(current.Complaint.Ticket, update, cancellation))
        {
            LogNoTicket(log, current.Id);
        }

        return await steps.Record(work.CaseId, work.Policy, _ => [new NotesWritten([.. owed.Select(note => note.Key)])], cancellation);
    }

    private Dictionary<long, string> Fields(PenaltyCase current)
    {
        var fields = new Dictionary<long, string>();
        if (zendesk.Value.StateFieldId > 0)
        {
            fields[zendesk.Value.StateFieldId] = current.State.ToString();
        }

        if (zendesk.Value.BlockFieldId > 0)
        {
            fields[zendesk.Value.BlockFieldId] = current.Block.ToString();
        }

        return fields;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The ticket of case {CaseId} is not in the CRM: its notes have no place")]
    private static partial void LogNoTicket(ILogger log, string caseId);
}
