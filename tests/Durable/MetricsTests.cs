using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Durable.Tests.Twins;
using LocalHost.Durable;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;

namespace Durable.Tests;

public sealed class MetricsTests
{
    [Fact]
    public async Task Turns_commits_and_ends_are_counted()
    {
        await using var host = await DurableHost.StartAsync(Functions);
        using var meter = new Readings(host.Engine);

        await host.RunAsync("Waits", options: new("a"));
        await host.RunAsync("Fails", options: new("b"));
        await host.RunAsync("Waits", options: new("c"));
        await host.RaiseAsync("a", "Go");
        await host.Client.TerminateInstanceAsync("c");
        await host.WhenIdle();

        Assert.Equal(5, meter.Of("durabletask.turns").Sum(static m => m.Value));
        Assert.Equal(5, meter.Of("durabletask.turn.duration").Count);
        Assert.All(meter.Of("durabletask.turn.duration"), static m => Assert.InRange(m.Value, 0, 30));
        Assert.Equal(
            ["Completed 1", "Failed 1", "Terminated 1"],
            meter.Of("durabletask.instances.ended").Select(static m => $"{m.Tag} {m.Value}").Order(StringComparer.Ordinal));

        // Three starts, five turns, two messages; a shard may have put some of them into one transaction.
        Assert.InRange(meter.Of("durabletask.commit.operations").Count, 3, 10);
        Assert.Equal(meter.Of("durabletask.commit.operations").Count, meter.Of("durabletask.commit.size").Count);
        Assert.All(meter.Of("durabletask.commit.operations"), static m => Assert.InRange(m.Value, 2, 10));
        Assert.All(meter.Of("durabletask.commit.size"), static m => Assert.InRange(m.Value, 100, 20_000));
    }

    [Fact]
    public async Task A_timer_that_fires_late_says_how_late()
    {
        await using var host = await DurableHost.StartAsync(Functions);
        using var meter = new Readings(host.Engine);
        await host.RunAsync("Sleeps");

        host.Clock.AdvanceTo(DurableHost.Start.AddDays(1).AddSeconds(7));
        await host.WhenIdle();

        Assert.Equal([7], meter.Of("durabletask.timer.lag").Select(static m => m.Value));
    }

    [Fact]
    public async Task Active_sleeping_and_poisoned_instances_are_told_apart_and_engines_too()
    {
        var (store, gate, begun) = (new TamperedStore(new MemoryTaskHubStore()), new TaskCompletionSource(), new TaskCompletionSource());
        var options = new DurableEngineOptions { MaxTurnAttempts = 2, TurnRetryDelay = TimeSpan.Zero };
        await using var host = await DurableHost.StartAsync(Functions, store, options: options);
        await using var other = await DurableHost.StartAsync(Functions);
        using var meter = new Readings(host.Engine);
        using var othersMeter = new Readings(other.Engine);
        await host.RunAsync("Waits", options: new("poor"));
        await host.RunAsync("Waits", options: new("a"));
        await host.RunAsync("Sleeps", options: new("b"));
        store.RefuseTurnsOf("poor");
        await host.RaiseAsync("poor", "Go");
        Assert.Equal("active 0, poisoned 1, sleeping 2", meter.Instances());
        Assert.Equal(["instance 1", "instance 1"], meter.Of("durabletask.turns.failed").Select(static m => $"{m.Tag} {m.Value}"));

        store.Mend();
        store.Fails = changes =>
        {
            begun.TrySetResult();
            gate.Task.Wait(TimeSpan.FromSeconds(20));
            return null;
        };
        var raised = Task.Run(() => host.Clock.AdvanceTo(DurableHost.Start.AddDays(1)));
        await begun.Task;
        Assert.Equal("active 1, poisoned 1, sleeping 1", meter.Instances());
        gate.SetResult();
        await raised;
        await host.WhenIdle();

        await host.Engine.PutBackAsync("poor");
        await host.WhenIdle();
        Assert.Equal("active 0, poisoned 0, sleeping 1", meter.Instances());
        Assert.Equal("active 0, poisoned 0, sleeping 0", othersMeter.Instances());
        Assert.Empty(othersMeter.Of("durabletask.turns"));
    }

    private static void Functions(DurableTaskRegistry functions) => functions
        .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<object?>("Go"))
        .AddOrchestratorFunc("Sleeps", context => context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None))
        .AddOrchestratorFunc<object?>("Fails", _ => throw new InvalidOperationException("on purpose"));

    /// <summary>What one engine's meter has shown since.</summary>
    private sealed class Readings : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, string? Tag)> _read = [];

        public Readings(DurableEngine engine)
        {
            Assert.Equal("DurableTask.Core", engine.Meter.Name);
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, engine.Meter))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.Start();
        }

        public List<(string Name, double Value, string? Tag)> Of(string name) => [.. _read.Where(r => r.Name == name)];

        /// <summary>The gauges now.</summary>
        public string Instances()
        {
            var before = Of("durabletask.instances").Count;
            _listener.RecordObservableInstruments();
            return string.Join(", ", Of("durabletask.instances").Skip(before).Select(static m => $"{m.Tag} {m.Value}").Order(StringComparer.Ordinal));
        }

        public void Dispose() => _listener.Dispose();

        private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            Assert.InRange(tags.Length, 0, 1);
            _read.Enqueue((instrument.Name, value, tags.Length == 0 ? null : (string?)tags[0].Value));
        }
    }
}
