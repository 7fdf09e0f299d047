using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Engine;

/// <summary>Changes that belong together, on their way into a group.</summary>
internal sealed class ShardCommit(IReadOnlyList<RowChange> changes)
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<RowChange> Changes { get; } = changes;

    /// <summary>Characters of text in it.</summary>
    public int Size { get; } = changes.Sum(static c => c.Row.Values.Values.Sum(static v => v is string text ? text.Length : 16) + 100);

    /// <summary>The ids of all groups it was part of: if one of them turns out to be the shard's last commit, this is done.</summary>
    public List<string> Attempts { get; } = [];

    public Task Done => _done.Task;

    /// <summary>What else is to be done once it is stored.</summary>
    public Action? Stored { get; init; }

    public void Succeed()
    {
        Stored?.Invoke();
        _done.TrySetResult();
    }

    public void Fail(Exception e) => _done.TrySetException(e);
}
