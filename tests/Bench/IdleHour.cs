using Azure.Data.Tables;
using Azure.Storage.Blobs;
using LocalHost;
using FunctionsHosting.Clock;

namespace Bench;

/// <summary>
/// What a host asks its storage for in an hour in which nothing happens. Nobody waits for it: the business time goes on by an hour, then the time of the
/// lease, from renewal to renewal.
/// </summary>
/// <param name="Tables">Requests to tables.</param>
/// <param name="Blobs">Requests to blobs: the lease.</param>
internal sealed record IdleHour(long Tables, long Blobs)
{
    /// <param name="host">A host that has nothing to do, on a clock that stands.</param>
    /// <param name="lease">The standing clock of its lease.</param>
    /// <param name="storage">Its storage's connection string.</param>
    /// <param name="cancellation">Ends the waiting for a renewal that does not come.</param>
    public static async Task<IdleHour> Pass(RunningHost host, BusinessClock lease, string storage, CancellationToken cancellation)
    {
        using var rows = new HttpRequestCounter(new TableServiceClient(storage).Uri.Port);
        using var blobs = new HttpRequestCounter(new BlobServiceClient(storage).Uri.Port);
        await host.AdvanceTo(host.Clock.GetUtcNow().AddHours(1), cancellation);
        var end = lease.GetUtcNow().AddHours(1);
        while (await NextRenewal(lease, cancellation) is var next && next <= end)
        {
            lease.AdvanceTo(next);
        }

        return new(rows.Count, blobs.Count);
    }

    /// <summary>A renewal that is answered sets the next alarm.</summary>
    private static async Task<DateTimeOffset> NextRenewal(BusinessClock lease, CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (lease.NextDue is { } due)
            {
                return due;
            }

            await Task.Yield();
        }
    }
}
