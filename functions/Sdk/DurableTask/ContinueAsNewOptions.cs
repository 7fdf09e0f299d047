namespace Microsoft.DurableTask;

/// <summary>How an orchestration starts anew.</summary>
public class ContinueAsNewOptions
{
    public object? NewInput { get; init; }

    public bool PreserveUnprocessedEvents { get; init; } = true;

    public string? NewVersion { get; init; }
}
