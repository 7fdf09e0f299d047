namespace LocalHost.Sandbox.Faults;

/// <summary>The requests kept open, and those who wait for one to be.</summary>
internal sealed class HeldRequests(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<HeldRequest, TaskCompletionSource> _held = new(ReferenceEqualityComparer.Instance);
    private readonly List<Watcher> _watchers = [];

    /// <summary>Completes when the request is released.</summary>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public async Task Hold(SandboxSystem system, string operation, FaultMoment when, CancellationToken callerGone)
    {
        var request = new HeldRequest(system, operation, when, clock.GetUtcNow());
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            _held.Add(request, released);
            foreach (var watcher in _watchers.Where(w => w.Matches(request)))
            {
                watcher.Seen.TrySetResult();
            }
        }

        try
        {
            await released.Task.WaitAsync(callerGone);
        }
        finally
        {
            lock (_gate)
            {
                _held.Remove(request);
            }
        }
    }

    /// <summary>The held requests that match, as soon as there is one; an empty list when there was none in time.</summary>
    public async Task<IReadOnlyList<HeldRequest>> WaitFor(SandboxSystem? system, string? operation, TimeSpan wait, CancellationToken cancellation)
    {
        var watcher = new Watcher(system, operation);
        lock (_gate)
        {
            if (_held.Keys.Any(watcher.Matches))
            {
                return Matching(watcher);
            }

            _watchers.Add(watcher);
        }

        try
        {
            await watcher.Seen.Task.WaitAsync(wait, cancellation);
        }
        catch (TimeoutException)
        {
            // Nothing was held in time: the empty list says so.
        }
        finally
        {
            lock (_gate)
            {
                _watchers.Remove(watcher);
            }
        }

        lock (_gate)
        {
            return Matching(watcher);
        }
    }

    /// <summary>Lets every held request go on; tells how many there were.</summary>
    public int Release()
    {
        lock (_gate)
        {
            foreach (var released in _held.Values)
            {
                released.TrySetResult();
            }

            return _held.Count;
        }
    }

    private IReadOnlyList<HeldRequest> Matching(Watcher watcher) => [.. _held.Keys.Where(watcher.Matches).OrderBy(h => h.Since)];

    private sealed record Watcher(SandboxSystem? System, string? Operation)
    {
        public TaskCompletionSource Seen { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool Matches(HeldRequest held) =>
            (System is null || System == held.System) && (Operation is null or SandboxOperations.Any || Operation == held.Operation);
    }
}
