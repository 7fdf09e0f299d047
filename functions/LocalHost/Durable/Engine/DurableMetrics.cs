using System.Diagnostics;
using System.Diagnostics.Metrics;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

/// <summary>
/// What an engine measures: meter <c>DurableTask.Core</c>, one of its own for each engine. Tags are few and name no instance: a state, a status.
/// </summary>
internal sealed class DurableMetrics : IDisposable
{
    public const string MeterName = "DurableTask.Core";

    private readonly Counter<long> _turns;
    private readonly Histogram<double> _turnDuration;
    private readonly Counter<long> _turnsFailed;
    private readonly Histogram<int> _commitOperations;
    private readonly Histogram<int> _commitSize;
    private readonly Histogram<double> _timerLag;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _unreadable;

    public DurableMetrics()
    {
        Meter = new(MeterName);
        _turns = Meter.CreateCounter<long>("durabletask.turns", "{turn}", "Turns that were run and stored");
        _turnDuration = Meter.CreateHistogram<double>("durabletask.turn.duration", "s", "Reading the history, replay and commit of a turn");
        _turnsFailed = Meter.CreateCounter<long>(
            "durabletask.turns.failed", "{turn}", "Turns that failed in the engine and are tried again, by whether the store or the instance is to blame");
        _commitOperations = Meter.CreateHistogram<int>("durabletask.commit.operations", "{operation}", "Rows of one transaction, the epoch row included");
        _commitSize = Meter.CreateHistogram<int>("durabletask.commit.size", "By", "The most bytes that one transaction can take on the wire");
        _timerLag = Meter.CreateHistogram<double>("durabletask.timer.lag", "s", "How long after its due time a timer fired, in business time");
        _ended = Meter.CreateCounter<long>("durabletask.instances.ended", "{instance}", "Instances that ended, by status");
        _unreadable = Meter.CreateCounter<long>("durabletask.messages.unreadable", "{row}", "Rows of messages that a start-up could not read and left alone");
    }

    public Meter Meter { get; }

    /// <summary>Gauges of the instances that have not ended; counted only when somebody looks.</summary>
    public void Observe(InstanceTable table) => Meter.CreateObservableGauge(
        "durabletask.instances",
        () => table.CountByState().Select(static c => new Measurement<int>(c.Value, new KeyValuePair<string, object?>("state", c.Key))),
        "{instance}",
        "Instances that have not ended: active (in a turn or before its next attempt), sleeping, poisoned (set aside)");

    /// <param name="began">A <see cref="Stopwatch"/> time stamp.</param>
    /// <param name="commit">The turn, as it was stored.</param>
    /// <param name="events">Its events.</param>
    public void TurnStored(long began, StatusRow commit, List<HistoryEvent> events)
    {
        _turns.Add(1);
        _turnDuration.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        if (_timerLag.Enabled)
        {
            foreach (var fired in events.OfType<TimerFired>())
            {
                _timerLag.Record((fired.Timestamp - fired.FireAt).TotalSeconds);
            }
        }

        if (!commit.IsLive)
        {
            Ended(commit.Status);
        }
    }

    public void TurnFailed(bool byOutage) => _turnsFailed.Add(1, new KeyValuePair<string, object?>("cause", byOutage ? "store" : "instance"));

    public void Ended(OrchestrationRuntimeStatus status) =>
        _ended.Add(1, new KeyValuePair<string, object?>("durabletask.task.status", status.ToString()));

    public void Committed(IReadOnlyList<ShardCommit> group)
    {
        if (_commitOperations.Enabled || _commitSize.Enabled)
        {
            _commitOperations.Record(1 + group.Sum(static c => c.Changes.Count));
            _commitSize.Record(group.Sum(static c => c.Size));
        }
    }

    public void UnreadableMessages() => _unreadable.Add(1);

    public void Dispose() => Meter.Dispose();
}
