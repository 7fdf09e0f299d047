using Penalties.Outside.Crm;

namespace Penalties.Requests;

/// <summary>Writes the notes a case owes to its ticket, together with the tag and the fields that show its state: one update.</summary>
public sealed partial class WriteContactLog(
    CaseSteps steps, Snapshots snapshots, ZendeskTickets tickets, IOptions<ZendeskOptions> zendesk, ILogger<WriteContactLog> log)
{
    [Function(nameof(WriteContactLog))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        var current = snapshot.Case;
        if (current.NotesOwed.Count == 0)
        {
            return snapshot;
        }

        // The note the script demands word for word stands alone; all others of the moment share one comment.
        var owed = current.NotesOwed[0].Kind is TextKind.NotFiled
            ? [current.NotesOwed[0]]
            : current.NotesOwed.TakeWhile(note => note.Kind is not TextKind.NotFiled).ToList();

        var isDateSure = snapshots.YearsWithoutData(current).Count == 0;
        var written = new NotesWritten([.. owed.Select(note => note.Key)]);
        var update = new TicketUpdate([.. owed.Select(note => ContactLog.Line(current, note, snapshot.Due, isDateSure))], [ContactLog.Tag], Fields(After(current, written)));
        if (await tickets.Update(current.Complaint.Ticket, update, cancellation) is { } refusal)
        {
            LogRefused(log, current.Id, refusal);
            return await steps.Record(nameof(WriteContactLog), work.CaseId, _ => [new TextsRefused(written.Keys, refusal)], cancellation);
        }

        return await steps.Record(nameof(WriteContactLog), work.CaseId, _ => [written], cancellation);
    }

    /// <summary>The state to show on the ticket: a case of which these notes were the last that was owed closes next, and no update follows.</summary>
    private PenaltyCase After(PenaltyCase current, NotesWritten written) =>
        Transitions.Apply(current, written, current.ChangedAt).Case is { } next && steps.StillWants(next, StepKind.CloseCase)
            ? next with { Life = LifeState.Closed }
            : current;

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

    [LoggerMessage(Level = LogLevel.Error, Message = "Case {CaseId}: the CRM will not take notes on its ticket: {Code}")]
    private static partial void LogRefused(ILogger log, string caseId, string code);
}
