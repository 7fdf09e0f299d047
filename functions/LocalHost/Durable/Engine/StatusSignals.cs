namespace LocalHost.Durable.Engine;

/// <summary>Tells whoever waits for an instance that its status row has changed.</summary>
internal sealed class StatusSignals
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (TaskCompletionSource Changed, int Watchers)> _watched = [];
    private Exception? _over;

    /// <summary>Calls <paramref name="look"/> now and after every change, until it returns something.</summary>
    public async Task<T> UntilAsync<T>(string instanceId, Func<Task<T?>> look, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            // Watching begins before looking: no change can be missed in between.
            var changed = Watch(instanceId);
            try
            {
                if (await look() is { } found)
                {
                    return found;
                }

                await changed.WaitAsync(cancellation);
            }
            finally
            {
                Unwatch(instanceId, changed);
            }
        }
    }

    public void Changed(string instanceId)
    {
        TaskCompletionSource? changed;
        lock (_gate)
        {
            changed = _watched.Remove(instanceId, out var watched) ? watched.Changed : null;
        }

        changed?.TrySetResult();
    }

    /// <summary>Nothing will change any more.</summary>
    public void End(Exception reason)
    {
        List<TaskCompletionSource> all;
        lock (_gate)
        {
            _over = reason;
            all = [.. _watched.Values.Select(static w => w.Changed)];
            _watched.Clear();
        }

        all.ForEach(changed => changed.TrySetException(reason));
    }

    private Task Watch(string instanceId)
    {
        lock (_gate)
        {
            if (_over is not null)
            {
                return Task.FromException(_over);
            }

            var watched = _watched.TryGetValue(instanceId, out var known)
                ? known
                : (Changed: new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), Watchers: 0);
            _watched[instanceId] = (watched.Changed, watched.Watchers + 1);
            return watched.Changed.Task;
        }
    }

    private void Unwatch(string instanceId, Task changed)
    {
        lock (_gate)
        {
            if (_watched.TryGetValue(instanceId, out var watched) && watched.Changed.Task == changed)
            {
                if (watched.Watchers == 1)
                {
                    _watched.Remove(instanceId);
                }
                else
                {
                    _watched[instanceId] = (watched.Changed, watched.Watchers - 1);
                }
            }
        }
    }
}
