using System.Text.Json;
using LocalHost.Durable.History;
using Microsoft.DurableTask;

namespace LocalHost.Durable;

/// <summary>One call of an activity.</summary>
public sealed class ActivityInvocation
{
    private readonly string? _input;

    /// <param name="name">The name as it was called.</param>
    /// <param name="instanceId">The calling orchestration.</param>
    /// <param name="taskId">The history id of the call within its orchestration.</param>
    /// <param name="serializedInput">The input as history keeps it: a JSON array of one.</param>
    public ActivityInvocation(TaskName name, string instanceId, int taskId, string? serializedInput)
    {
        Name = name;
        InstanceId = instanceId;
        TaskId = taskId;
        _input = serializedInput;
    }

    public TaskName Name { get; }

    public string InstanceId { get; }

    public int TaskId { get; }

    /// <summary>The input as <paramref name="type"/>; where none was given, the type's default.</summary>
    /// <exception cref="JsonException">The input does not fit the type.</exception>
    public object? GetInput(Type type) => Payload.Read(Payload.OutOfArray(_input), type);
}
