using Penalties.Content;
using Penalties.Outside;

namespace Penalties.Managers;

/// <summary>
/// At nine on a working day each centre's managers are told what still waits after its last reminder: ids, the earliest told day first. One post a centre
/// and day, none where nothing waits. While the board is away it is tried again every hour of the working day.
/// </summary>
public sealed partial class SendManagerDigest(
    CaseIndex index,
    CaseStore cases,
    Snapshots snapshots,
    ProductContent content,
    ManagerNotices notices,
    OperationTable operations,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<SendManagerDigest> log)
{
    /// <summary>09:00, 10:00 … 17:00 KST, Monday to Friday.</summary>
    private const string WorkingHours = "0 0 0-8 * * 1-5";

    [Function(nameof(SendManagerDigest))]
    public async Task Run([TimerTrigger(WorkingHours)] TimerInfo timer, CancellationToken cancellation)
    {
        var today = Korea.DateOf(clock.GetUtcNow());
        var day = today.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (!content.Holidays.IsWorkingDay(today) || await operations.CursorOf(nameof(SendManagerDigest), cancellation) == day)
        {
            return;
        }

        var waiting = await Waiting(cancellation);
        var isAllSent = true;
        foreach (var centre in waiting.GroupBy(one => one.Complaint.Centre))
        {
            isAllSent &= await IsSent(centre.Key, today, [.. centre.OrderBy(DayTold).ThenBy(one => one.ManagerAskedAt).Select(one => one.Id)], cancellation);
        }

        if (isAllSent)
        {
            await operations.MoveCursor(nameof(SendManagerDigest), day, cancellation);
        }
    }

    private async Task<IReadOnlyList<PenaltyCase>> Waiting(CancellationToken cancellation)
    {
        var waiting = new List<PenaltyCase>();
        await foreach (var caseId in index.InDigest(cancellation))
        {
            // The list may lag behind the case.
            if (await cases.Find(caseId, cancellation) is { IsInDigest: true } current)
            {
                waiting.Add(current);
            }
        }

        return waiting;
    }

    /// <summary>The day the customer was told an answer or a call by; what nobody was told comes last.</summary>
    private DateOnly DayTold(PenaltyCase current) =>
        snapshots.ToldBy(current) ?? (snapshots.CallbackDueOf(current) is { } due ? Korea.DateOf(due) : DateOnly.MaxValue);

    /// <summary>A group that is away keeps nothing from the other centre's managers.</summary>
    private async Task<bool> IsSent(Centre centre, DateOnly day, IReadOnlyList<string> caseIds, CancellationToken cancellation)
    {
        try
        {
            LogSent(log, centre, caseIds.Count, await notices.SendDigest(centre, day, caseIds, cancellation));
            return true;
        }
        catch (OutsideSystemUnavailableException away)
        {
            LogAway(log, centre, away.Code);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Managers of {Centre}: digest of {Count} matters, post {Post}")]
    private static partial void LogSent(ILogger log, Centre centre, int count, string post);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Managers of {Centre}: the board does not take the digest ({Code}); tried again within the hour")]
    private static partial void LogAway(ILogger log, Centre centre, string code);
}
