using System.Diagnostics.Metrics;

namespace Penalties;

/// <summary>Counts of what the program does by itself; meter <c>Penalties</c>.</summary>
public sealed class CaseMetrics
{
    public const string Meter = "Penalties";

    private readonly Counter<long> _reminders;
    private readonly Counter<long> _swept;
    private readonly Counter<long> _mended;
    private readonly Gauge<long> _balance;
    private readonly Counter<long> _purged;
    private readonly Counter<long> _purgeFailed;
    private readonly Counter<long> _sweepFailed;

    public CaseMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(Meter);
        _reminders = meter.CreateCounter<long>("penalties.reminders", "{reminder}", "Reminders of people who are waited for, by kind");
        _swept = meter.CreateCounter<long>("penalties.sweep.looked", "{case}", "Cases a sweep looked at");
        _mended = meter.CreateCounter<long>("penalties.sweep.mended", "{case}", "Cases a sweep found wrong and set right, by what was wrong");
        _purged = meter.CreateCounter<long>("penalties.purged", "{item}", "Cases, deliveries, notes and accesses purged");
        _balance = meter.CreateGauge<long>("penalties.sms.balance", "{won}", "The SMS provider's balance when it was last looked at");
        _purgeFailed = meter.CreateCounter<long>("penalties.purge.failed", "{item}", "Purges that failed and are tried again");
        _sweepFailed = meter.CreateCounter<long>("penalties.sweep.failed", "{case}", "Cases a sweep could not look at");
    }

    public void Reminded(ReminderKind kind) => _reminders.Add(1, new KeyValuePair<string, object?>("kind", kind.ToString()));

    public void Looked(string sweep, long cases) => _swept.Add(cases, new KeyValuePair<string, object?>("sweep", sweep));

    public void Mended(string what) => _mended.Add(1, new KeyValuePair<string, object?>("what", what));

    public void Balance(long won) => _balance.Record(won);

    public void PurgeFailed() => _purgeFailed.Add(1);

    public void SweepFailed(string sweep) => _sweepFailed.Add(1, new KeyValuePair<string, object?>("sweep", sweep));

    public void Purged(long items) => _purged.Add(items);
}
