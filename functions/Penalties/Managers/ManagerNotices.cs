using Penalties.Outside;

namespace Penalties.Managers;

/// <summary>
/// The one way to a centre's managers: their own group on the board, with the mention. What is written there is looked for first, and written under the
/// board's lease, so that each notice and each day's digest stands there once.
/// </summary>
public sealed class ManagerNotices(AgitBoard board, BoardLease lease, CaseSteps steps, Snapshots snapshots, IOptions<AgitOptions> agit)
{
    /// <summary>The board's clock and ours may differ.</summary>
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(1);

    /// <summary>Sends what the case owes its managers, but what is no longer so.</summary>
    /// <returns>What stands there now, and the keys of what was left out.</returns>
    public Task<(IReadOnlyList<ManagersTold> Told, IReadOnlyList<string> Dropped)> Send(string caseId, CancellationToken cancellation) =>
        lease.Hold(caseId, async inTime => await Send((await steps.Read(caseId, inTime)).Case, inTime), cancellation);

    /// <summary>Writes the day's digest, unless it stands there already.</summary>
    public Task<string> SendDigest(Centre centre, DateOnly day, IReadOnlyList<string> caseIds, CancellationToken cancellation)
    {
        var marker = NoticeText.Digest(centre, day);
        return lease.Hold(
            $"digest-{centre.Name()}",
            async inTime => (await board.FindNotices(centre, [marker], Korea.At(day, TimeOnly.MinValue), inTime)).GetValueOrDefault(marker)
                ?? await board.Notify(centre, NoticeText.Digest(centre, day, caseIds, agit.Value.Of(centre).ManagerMention), inTime),
            cancellation);
    }

    private async Task<(IReadOnlyList<ManagersTold> Told, IReadOnlyList<string> Dropped)> Send(PenaltyCase current, CancellationToken cancellation)
    {
        if (current.NoticesOwed is not { Count: > 0 } owed)
        {
            return ([], []);
        }

        var centre = current.Complaint.Centre;
        var there = await board.FindNotices(
            centre, [.. owed.Select(notice => NoticeText.Marker(current, notice))], owed.Min(notice => notice.At) - LookBack, cancellation);
        var told = new List<ManagersTold>();
        foreach (var notice in owed)
        {
            // One whose answer was lost stands there, whatever has become of its matter since.
            var post = there.GetValueOrDefault(NoticeText.Marker(current, notice))
                ?? (Notices.Holds(current, notice) ? await board.Notify(centre, Text(current, notice), cancellation) : null);
            if (post is not null)
            {
                told.Add(new(notice, centre, post));
            }
        }

        return (told, [.. owed.Except(told.Select(one => one.Notice)).Select(notice => notice.Key)]);
    }

    private string Text(PenaltyCase current, Notice notice)
    {
        var place = agit.Value.Of(current.Complaint.Centre);
        var mention = notice.Kind is NoticeKind.Escalation ? place.EscalationMention : place.ManagerMention;
        return NoticeText.Of(current, notice, mention, snapshots.ToldBy(current), snapshots.CallbackDueOf(current));
    }
}
