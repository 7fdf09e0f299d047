namespace SmallApp;

/// <summary>Holds a function until a test lets it go on.</summary>
public sealed class Gate
{
    public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource MayEnd { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task Pass(CancellationToken cancellation)
    {
        Begun.TrySetResult();
        await MayEnd.Task.WaitAsync(cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (cancellation.IsCancellationRequested)
        {
            Cancelled.TrySetResult();
        }
    }
}
