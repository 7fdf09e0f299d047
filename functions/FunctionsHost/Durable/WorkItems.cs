namespace FunctionsHosting.Durable;

/// <summary>The turns and activities this host has taken from the hub and not given back yet.</summary>
/// <param name="work">Counts them with all else.</param>
/// <param name="mayRun">Before it has ended none is taken.</param>
internal sealed class WorkItems(WorkTracker work, Task mayRun)
{
    private readonly WorkTracker _own = new();
    private readonly ConcurrentDictionary<object, IDisposable[]> _items = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _drained = new();

    /// <summary>The next one, as a service's lock gives it; after <see cref="Drain"/> none comes any more.</summary>
    public async Task<T> Next<T>(string kind, Func<CancellationToken, Task<T>> next, CancellationToken cancellation)
        where T : class
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _drained.Token);
        await mayRun.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var asking = next(either.Token);
        await ((Task)asking).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_drained.IsCancellationRequested && (!asking.IsCompletedSuccessfully || asking.Result is null))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation); // a dispatcher that is given nothing asks again at once
        }

        var item = await asking;
        if (item is not null)
        {
            _items[item] = [work.Begin(kind), _own.Begin(kind)];
        }

        return item!;
    }

    public void Ended(object item)
    {
        foreach (var counted in _items.TryRemove(item, out var all) ? all : [])
        {
            counted.Dispose();
        }
    }

    /// <summary>Takes no more, and waits for those at work.</summary>
    /// <exception cref="TimeoutException">Some were not ready in time; the text says what.</exception>
    public async Task Drain(TimeSpan limit)
    {
        await _drained.CancelAsync();
        try
        {
            await _own.WhenIdle().WaitAsync(limit);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(_own.UnderWay, e);
        }
    }
}
