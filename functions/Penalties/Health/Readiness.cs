using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Penalties.Health;

/// <summary>
/// The state of all that the app needs. It is looked at once in a while however often it is asked for, because the routes are open to everybody.
/// </summary>
public sealed class Readiness(HealthCheckService checks) : IDisposable
{
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _one = new(1);
    private (HealthReport Report, long At)? _last;

    public async Task<HealthReport> Look(DurableTaskClient durable, CancellationToken cancellation)
    {
        await _one.WaitAsync(cancellation);
        try
        {
            if (_last is { } last && TimeProvider.System.GetElapsedTime(last.At) < KeptFor)
            {
                return last.Report;
            }

            var hub = TaskHub(durable, cancellation);
            var report = await checks.CheckHealthAsync(cancellation);
            var all = report.Entries.Append(new(HealthChecks.TaskHub, await hub)).ToDictionary(entry => entry.Key, entry => entry.Value);
            _last = (new HealthReport(all, report.TotalDuration), TimeProvider.System.GetTimestamp());
            return _last.Value.Report;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    /// <summary>The client comes with the function that asks, so this check is not one of the registered ones. The instance asked for does not exist.</summary>
    private static async Task<HealthReportEntry> TaskHub(DurableTaskClient durable, CancellationToken cancellation)
    {
        var from = TimeProvider.System.GetTimestamp();
        try
        {
            await durable.GetInstanceAsync("health-probe", cancellation).WaitAsync(Patience, TimeProvider.System, cancellation);
            return Entry(HealthStatus.Healthy, fault: null);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            return Entry(HealthStatus.Unhealthy, fault);
        }

        HealthReportEntry Entry(HealthStatus status, Exception? fault) => new(status, null, TimeProvider.System.GetElapsedTime(from), fault, null);
    }
}
