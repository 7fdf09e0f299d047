using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Engine;

/// <summary>Changes that belong together, on their way into a group.</summary>
internal sealed class ShardCommit(IReadOnlyList<RowChange> changes)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<RowChange> Changes { get; } = changes;

    private const int BytesOfRow = 700;
    private const int BytesOfValue = 80;

    /// <summary>The most bytes it can take on the wire, where a character may take six and bytes are written as base64.</summary>
    public int Size { get; } = changes.Sum(static c => BytesOfRow + c.Row.Values.Values.Sum(static value => BytesOfValue + value switch
    {
        string text => 6 * text.Length,
        byte[] bytes => (4 * bytes.Length / 3) + 4,
        _ => 0,
    }));

    /// <summary>The ids of all groups it was part of: if one of them turns out to be the shard's last commit, this is done.</summary>
    public List<string> Attempts { get; } = [];

    public Task Done => _done.Task;

    /// <summary>What else is to be done once it is stored.</summary>
    public Action? Stored { get; init; }

    /// <summary>What is to be done when it is given up.</summary>
    public Action<Exception>? Failed { get; init; }

    public void Succeed()
    {
        Stored?.Invoke();
        _done.TrySetResult();
    }

    public void Fail(Exception e)
    {
        Failed?.Invoke(e);
        _done.TrySetException(e);
    }
}
