using System.Diagnostics;
using Grpc.Core;
using LocalHost.Durable.Engine;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Client;

/// <summary>The client of the engine in this process. What it refuses, and how, is what the Functions host does.</summary>
internal sealed partial class LocalDurableTaskClient(
    string name, DurableEngine engine, EngineParts parts, InstanceTable table, string defaultVersion) : DurableTaskClient(name)
{
    /// <summary>How long a caller waits for the store before it is told so; what it asked for may still happen.</summary>
    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(30);

    public override async Task<string> ScheduleNewOrchestrationInstanceAsync(
        TaskName orchestratorName, object? input = null, StartOrchestrationOptions? options = null, CancellationToken cancellation = default)
    {
        engine.CheckRunning();
        ArgumentNullException.ThrowIfNull(orchestratorName.Name, nameof(orchestratorName));
        var instanceId = options?.InstanceId ?? Guid.NewGuid().ToString("N");
        if (instanceId.Length == 0)
        {
            throw new ArgumentNullException(nameof(options), "The instance id must not be empty."); // as Durable Task does
        }

        InstanceIds.Check(instanceId);
        var start = new ExecutionStarted(orchestratorName.Name, TurnCommit.NewExecutionId())
        {
            Input = Checked(Payload.Write(input), "The input"),
            Version = options?.Version?.Version ?? defaultVersion,
            Tags = options?.Tags is { Count: > 0 } tags ? Checked(new Dictionary<string, string>(tags)) : null,
            ScheduledStartTime = options?.StartAt?.UtcDateTime,
            Timestamp = parts.UtcNow,
        };
        await StartAsync(instanceId, start, DedupeStatuses.Parse(options?.DedupeStatuses), cancellation);
        return instanceId;
    }

    public override async Task RaiseEventAsync(
        string instanceId, string eventName, object? eventPayload = null, CancellationToken cancellation = default)
    {
        InstanceIds.CheckText(eventName, nameof(eventName));
        using var span = DurableTelemetry.Raise(instanceId, eventName);
        await SendAsync(
            instanceId,
            new EventRaised(eventName) { Input = Checked(Payload.Write(eventPayload), "The event's payload") },
            StatusCode.FailedPrecondition,
            StatusCode.NotFound,
            cancellation);
    }

    public override Task TerminateInstanceAsync(
        string instanceId, TerminateInstanceOptions? options = null, CancellationToken cancellation = default) =>
        SendAsync(
            instanceId,
            new ExecutionTerminated { Input = Checked(Payload.Write(options?.Output), "The output") },
            StatusCode.FailedPrecondition,
            StatusCode.NotFound,
            cancellation);

    public override Task SuspendInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionSuspended { Reason = Checked(reason, "The reason") }, StatusCode.Unknown, StatusCode.Unknown, cancellation);

    public override Task ResumeInstanceAsync(string instanceId, string? reason = null, CancellationToken cancellation = default) =>
        SendAsync(instanceId, new ExecutionResumed { Reason = Checked(reason, "The reason") }, StatusCode.Unknown, StatusCode.Unknown, cancellation);

    public override async Task<string> RestartAsync(
        string instanceId, bool restartWithNewInstanceId = false, CancellationToken cancellation = default)
    {
        engine.CheckRunning();
        InstanceIds.Check(instanceId);
        var old = await parts.Hub.FindStatusAsync(instanceId, cancellation)
            ?? throw new ArgumentException($"An orchestration with the instanceId {instanceId} was not found.", nameof(instanceId));
        var newId = restartWithNewInstanceId ? Guid.NewGuid().ToString("N") : instanceId;
        var start = new ExecutionStarted(old.Start.Name, TurnCommit.NewExecutionId())
        {
            Input = old.Start.Input,
            Version = old.Start.Version,
            Tags = old.Start.Tags,
            Timestamp = parts.UtcNow,
        };
        if (old.Unreadable is { } cause)
        {
            throw new InvalidDataException(cause);
        }

        await StartAsync(newId, start, null, cancellation);
        return newId;
    }

    /// <summary>Takes a failed instance up where it failed: failed activities run again, failed sub-orchestrations are rewound too.</summary>
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="InvalidOperationException">It has not failed, or its version is not one that this host runs.</exception>
    public override async Task RewindInstanceAsync(string instanceId, string reason, CancellationToken cancellation = default)
    {
        engine.CheckRunning();
        InstanceIds.Check(instanceId);
        Checked(reason, "The reason");
        await OperateAsync(instanceId, instance => instance.RewindAsync(reason), cancellation);
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task StartAsync(
        string instanceId, ExecutionStarted start, IReadOnlySet<OrchestrationRuntimeStatus>? refused, CancellationToken cancellation)
    {
        using var span = DurableTelemetry.Create(instanceId, start);
        if (Activity.Current?.Id is { } trace)
        {
            start = start with { TraceParent = trace };
        }

        await OperateAsync(instanceId, instance => instance.StartAsync(start, refused), cancellation);
    }

    /// <summary>Stores the message before it returns, then knocks.</summary>
    private async Task SendAsync(string instanceId, HistoryEvent e, StatusCode whenEnded, StatusCode whenUnknown, CancellationToken cancellation)
    {
        engine.CheckRunning();
        InstanceIds.Check(instanceId);
        using var work = parts.Begin("message");
        if (!table.TryGetLive(instanceId, out var instance) && !await IsStoredLiveAsync(instanceId, cancellation))
        {
            throw await NotLiveAsync(instanceId, whenEnded, whenUnknown, cancellation);
        }

        e = e with { Timestamp = parts.UtcNow };
        List<StoredMessage> message = [new(instanceId, e)];
        var row = new MessageRow(parts.Hub.ShardOf(instanceId), TaskHubKeys.Message(instanceId, parts.Hub.NextSequence()), message);
        await StoredAsync(parts.Hub.CommitAsync(row.Shard, TurnRows.WriteMessages(row.Key, message)), cancellation);
        if (instance?.TryPost(new Incoming(e, null, row)) == false)
        {
            parts.Hub.DeleteLater(row);
            throw await NotLiveAsync(instanceId, whenEnded, whenUnknown, cancellation);
        }
    }

    /// <summary>An engine that runs nothing knows its instances from the store only.</summary>
    private async Task<bool> IsStoredLiveAsync(string instanceId, CancellationToken cancellation) =>
        !parts.RunsInstances && await parts.Hub.FindStateAsync(instanceId, cancellation) is { IsLive: true };

    private async Task<RpcException> NotLiveAsync(string instanceId, StatusCode whenEnded, StatusCode whenUnknown, CancellationToken cancellation)
    {
        var status = await parts.Hub.FindStateAsync(instanceId, cancellation);
        return status is null
            ? new RpcException(new Status(whenUnknown, $"No instance with ID '{instanceId}' was found. (Parameter 'instanceId')"))
            : new RpcException(new Status(whenEnded, $"The orchestration instance '{instanceId}' is not running: it is {status.Status}."));
    }

    /// <summary>Runs something in the instance's mailbox, never beside one of its turns.</summary>
    private async Task<T> OperateAsync<T>(string instanceId, Func<OrchestrationInstance, Task<T>> operation, CancellationToken cancellation)
    {
        Task<T>? done = null;
        table.Post(instanceId, instance => OrchestrationInstance.Do(() => operation(instance), out done));
        await StoredAsync(done!, cancellation);
        return await done!;
    }

    private static async Task StoredAsync(Task stored, CancellationToken cancellation)
    {
        try
        {
            await stored.WaitAsync(StoreTimeout, TimeProvider.System, cancellation);
        }
        catch (TimeoutException e) when (!stored.IsCompleted)
        {
            throw new TimeoutException($"The task hub's store has not answered for {StoreTimeout.TotalSeconds} s.", e);
        }
    }

    private static string? Checked(string? json, string what) =>
        json?.Length > ValueTooLargeException.Most ? throw new ArgumentException(ValueTooLargeException.Text(what, json.Length)) : json;

    private static Dictionary<string, string> Checked(Dictionary<string, string> tags) =>
        tags.Sum(static tag => (long)tag.Key.Length + tag.Value.Length) is > ValueTooLargeException.Most and var length
            ? throw new ArgumentException(ValueTooLargeException.Text("All tags together", length))
            : tags;
}
