using System.Collections.Concurrent;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Model.Tests.Twins;

/// <summary>A task hub that takes starts and knocks and runs nothing: what would go into its history lies here.</summary>
internal sealed class RecordedStarts() : DurableTaskClient("recorded")
{
    private readonly ConcurrentDictionary<string, Started> _started = new();
    private readonly ConcurrentQueue<(string InstanceId, string Event, object? Payload)> _knocks = [];

    public IReadOnlyCollection<Started> Started => [.. _started.Values];

    /// <summary>The newest start.</summary>
    public Started? Last { get; private set; }

    public IReadOnlyCollection<(string InstanceId, string Event, object? Payload)> Knocks => _knocks;

    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        var id = options?.InstanceId ?? throw new NotSupportedException("The app names its instances.");
        var start = new Started(id, orchestratorName.Name, input);
        if (!_started.TryAdd(id, start))
        {
            throw new OrchestrationAlreadyExistsException($"There is an instance '{id}'.");
        }

        Last = start;
        return Task.FromResult(id);
    }

    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        _knocks.Enqueue((instanceId, eventName, eventPayload));
        return Task.CompletedTask;
    }

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw NothingRuns();

    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw NothingRuns();

    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        throw NothingRuns();

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw NothingRuns();

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) => throw NothingRuns();

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw NothingRuns();

    public override Microsoft.DurableTask.AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => throw NothingRuns();

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static NotSupportedException NothingRuns() => new("Nothing runs here; only starts and knocks are taken.");
}

internal sealed record Started(string InstanceId, string Orchestrator, object? Input);
