namespace Microsoft.DurableTask;

/// <summary>Orchestrators and activities by name (case ignored).</summary>
public sealed partial class DurableTaskRegistry
{
    internal Dictionary<TaskName, Func<TaskOrchestrationContext, Task<object?>>> Orchestrators { get; } = [];

    internal Dictionary<TaskName, Func<TaskActivityContext, Func<Type, object?>, Task<object?>>> Activities { get; } = [];

    private DurableTaskRegistry AddOrchestrator(TaskName name, Func<TaskOrchestrationContext, Task<object?>> run)
    {
        CheckName(name);
        return Orchestrators.TryAdd(name, run)
            ? this
            : throw new ArgumentException($"An {nameof(ITaskOrchestrator)} named '{name}' is already added.", nameof(name));
    }

    private DurableTaskRegistry AddActivity(TaskName name, Func<TaskActivityContext, Func<Type, object?>, Task<object?>> run)
    {
        CheckName(name);
        return Activities.TryAdd(name, run)
            ? this
            : throw new ArgumentException($"An {nameof(ITaskActivity)} named '{name}' is already added.", nameof(name));
    }

    private static void CheckName(TaskName name)
    {
        if (name.Name is null)
        {
            throw new ArgumentException("A name is needed.", nameof(name));
        }
    }
}

/// <summary>Named in the registry's error texts only.</summary>
internal interface ITaskOrchestrator;

/// <summary>Named in the registry's error texts only.</summary>
internal interface ITaskActivity;
