using Grpc.Core;
using Microsoft.DurableTask.Converters;

namespace Turns;

/// <summary>
/// The client of a <see cref="TurnEngine"/>, with the errors that the Functions extension gives on its Azure Storage provider. What it does not
/// serve throws a <see cref="NotSupportedException"/> that names it.
/// </summary>
/// <param name="defaultVersion">Of instances that are started without one; host.json's <c>defaultVersion</c>.</param>
public class TurnClient(TurnEngine engine, string defaultVersion = "") : DurableTaskClient("turns")
{
    private static readonly DataConverter Json = JsonDataConverter.Default;

    /// <exception cref="DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException">
    /// An instance of this id runs, or has ended in a status to be deduped.
    /// </exception>
    public override Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        if (options?.StartAt is not null)
        {
            throw NotServed(nameof(options.StartAt));
        }

        var id = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        OrchestrationRuntimeStatus[] kept = [.. (options?.DedupeStatuses ?? []).Select(Enum.Parse<OrchestrationRuntimeStatus>)];
        engine.Start(orchestratorName.Name, id, Json.Serialize(input), options?.Version?.Version ?? defaultVersion, kept);
        return Task.FromResult(id);
    }

    /// <exception cref="RpcException">NotFound: there is no such instance. FailedPrecondition: it has ended.</exception>
    public override Task RaiseEventAsync(string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(eventName);
        engine.Raise(Running(instanceId), eventName, Json.Serialize(eventPayload));
        return Task.CompletedTask;
    }

    /// <inheritdoc cref="RaiseEventAsync"/>
    public override Task TerminateInstanceAsync(string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default)
    {
        engine.Terminate(Running(instanceId), Json.Serialize(options?.Output));
        return Task.CompletedTask;
    }

    public override Task<OrchestrationMetadata?> GetInstancesAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => Task.FromResult(
        engine.Find(instanceId) is { } known
            ? new OrchestrationMetadata(known.Name, known.Id)
            {
                RuntimeStatus = known.Status,
                CreatedAt = known.CreatedAt,
                LastUpdatedAt = known.LastUpdatedAt,
                DataConverter = getInputsAndOutputs ? Json : null,
                SerializedInput = getInputsAndOutputs ? known.Input : null,
                SerializedOutput = getInputsAndOutputs ? known.Output : null,
            }
            : null);

    public override Task<OrchestrationMetadata> WaitForInstanceStartAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw NotServed(nameof(WaitForInstanceStartAsync));

    /// <summary>The clock stands while one waits: run the engine until it is idle, then look.</summary>
    public override Task<OrchestrationMetadata> WaitForInstanceCompletionAsync(
        string instanceId, bool getInputsAndOutputs = false, CancellationToken cancellation = default) => throw NotServed(nameof(WaitForInstanceCompletionAsync));

    public override AsyncPageable<OrchestrationMetadata> GetAllInstancesAsync(OrchestrationQuery? filter = null) => throw NotServed(nameof(GetAllInstancesAsync));

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw NotServed(nameof(SuspendInstanceAsync));

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        throw NotServed(nameof(ResumeInstanceAsync));

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private TurnInstance Running(string id) => engine.Find(id) switch
    {
        null => throw new RpcException(new(StatusCode.NotFound, $"There is no instance '{id}'.")),
        { IsOver: true } ended => throw new RpcException(new(StatusCode.FailedPrecondition, $"The instance '{id}' is {ended.Status}.")),
        var running => running,
    };

    private static NotSupportedException NotServed(string what) => new($"TurnEngine does not serve {what}.");
}
