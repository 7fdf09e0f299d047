using Azure.Data.Tables;
using Penalties.Outside;

namespace Penalties.Requests;

/// <summary>
/// Lets one run of a step at a time write to the board about a case, or a day's digest. The board knows no key of ours: a step looks for its marker and
/// writes what is missing, and two runs at the same moment would both find nothing. There are two where the engine could not store a turn: it takes it
/// again, with the step it had ordered before. Row <c>lease|{case}</c> of table Operations; in real time, as calls are. Who dies with the lease loses it.
/// </summary>
public sealed class BoardLease(OperationTable operations, IOptions<ResilienceOptions> resilience, TimeProvider time)
{
    public const string Kind = "lease";

    private const string By = "By";
    private const string Until = "Until";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    /// <summary>A look and a write.</summary>
    private TimeSpan Longest => resilience.Value.CallTimeout + resilience.Value.AttemptTimeout;

    /// <param name="caseId">About which is written.</param>
    /// <param name="write">Looks and writes. What takes too long is cancelled before another may begin.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<T> Hold<T>(string caseId, Func<CancellationToken, Task<T>> write, CancellationToken cancellation)
    {
        var lease = await Take(caseId, cancellation);
        using var tooLong = new CancellationTokenSource(TimeLeft(lease), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, tooLong.Token);
        try
        {
            return await write(either.Token);
        }
        finally
        {
            await operations.DeleteUnchanged(lease, CancellationToken.None);
        }
    }

    /// <summary>Storing the lease took of its time, too; an attempt that is under way at the end may go on until another may begin.</summary>
    private TimeSpan TimeLeft(TableEntity lease)
    {
        var left = lease.GetDateTimeOffset(Until)!.Value - resilience.Value.AttemptTimeout - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task<TableEntity> Take(string caseId, CancellationToken cancellation)
    {
        var by = Guid.NewGuid();
        while (true)
        {
            var lease = new TableEntity(Kind, caseId) { [By] = by, [Until] = time.GetUtcNow() + Longest + resilience.Value.AttemptTimeout };
            if (await operations.TryAdd(lease, cancellation))
            {
                return lease;
            }

            if (await operations.Find(Kind, caseId, cancellation) is { } there)
            {
                // A client repeats a write whose answer was lost, and then meets its own row.
                if (there.GetGuid(By) == by)
                {
                    return there;
                }

                if (there.GetDateTimeOffset(Until) > time.GetUtcNow())
                {
                    await Task.Delay(BetweenLooks, time, cancellation);
                }
                else if (await operations.TryReplace(lease, there.ETag, cancellation))
                {
                    return lease;
                }
            }
        }
    }
}
