namespace Penalties.Managers;

/// <summary>
/// Tells the centre's managers what the case owes them to hear, each once. What was sent is recorded as sent; what was no longer so when it could be
/// sent, as dropped.
/// </summary>
public sealed class TellManagers(CaseSteps steps, ManagerNotices notices)
{
    [Function(nameof(TellManagers))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var (told, dropped) = await notices.Send(work.CaseId, cancellation);
        return await steps.Record(nameof(TellManagers), work.CaseId, now => StillOwed(now, told, dropped), cancellation);
    }

    /// <summary>Another run of this step may have recorded some of it.</summary>
    private static IEnumerable<CaseEvent> StillOwed(PenaltyCase now, IReadOnlyList<ManagersTold> told, IReadOnlyList<string> dropped)
    {
        var owed = now.NoticesOwed.Select(notice => notice.Key).ToHashSet();
        string[] gone = [.. dropped.Where(owed.Contains)];
        return [.. told.Where(one => owed.Contains(one.Notice.Key)), .. gone.Length > 0 ? new CaseEvent[] { new NoticesDropped(gone) } : []];
    }
}
