namespace FunctionsHosting.Durable;

/// <summary>The turns and activities this host has taken from the hub and not given back yet.</summary>
/// <param name="work">Counts them with all else.</param>
/// <param name="mayRun">Before it has ended none is taken.</param>
/// <param name="goesBack">Whether what a stopping host does not do is given back: to a hub that is there for the next one.</param>
internal sealed class WorkItems(WorkTracker work, Task mayRun, bool goesBack)
{
    /// <summary>A service gives at once what it has read ahead; it does not say that it has nothing more.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan LongestGivingBack = TimeSpan.FromSeconds(3);

    private readonly WorkTracker _own = new();
    private readonly WorkTracker _goingBack = new();
    private readonly ConcurrentDictionary<object, IDisposable[]> _items = new(ReferenceEqualityComparer.Instance);
    private readonly TaskCompletionSource _draining = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _givenBack;

    /// <summary>
    /// The next one, as a service's lock gives it; after <see cref="Drain"/> none comes any more. Asking is not broken off then: what the service is just
    /// giving would be nobody's until its visibility time-out is over.
    /// </summary>
    public async Task<T> Next<T>(string kind, Func<CancellationToken, Task<T>> next, Func<T, Task> giveBack, CancellationToken cancellation)
        where T : class
    {
        await Task.WhenAny(mayRun, _draining.Task).WaitAsync(cancellation);
        while (!_draining.Task.IsCompleted)
        {
            var item = await next(cancellation);
            if (item is null || Begun(item, kind))
            {
                return item!;
            }

            await GiveBack(item, giveBack);
        }

        // Only now: what went back while others still work would be read ahead once more.
        await _drained.Task.WaitAsync(cancellation);
        while (goesBack)
        {
            if (await next(cancellation) is { } readAhead)
            {
                await GiveBack(readAhead, giveBack);
            }
        }

        await Task.Delay(Timeout.InfiniteTimeSpan, cancellation); // a dispatcher that is given nothing asks again at once
        return null!;
    }

    public void Ended(object item)
    {
        foreach (var counted in _items.TryRemove(item, out var all) ? all : [])
        {
            counted.Dispose();
        }
    }

    /// <summary>Takes no more, waits for those at work, and gives back what the service has read ahead.</summary>
    /// <exception cref="TimeoutException">Some were not ready in time; the text says what.</exception>
    public async Task Drain(TimeSpan limit)
    {
        _draining.TrySetResult();
        try
        {
            await _own.WhenIdle().WaitAsync(limit);
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(_own.UnderWay, e);
        }
        finally
        {
            _drained.TrySetResult();
            await WhenNoMoreGoesBack();
        }
    }

    /// <summary>Counted first and asked afterwards: a drain either sees it, or it is seen here.</summary>
    private bool Begun(object item, string kind)
    {
        _items[item] = [work.Begin(kind), _own.Begin(kind)];
        if (!_draining.Task.IsCompleted)
        {
            return true;
        }

        Ended(item);
        return false;
    }

    private async Task GiveBack<T>(T item, Func<T, Task> giveBack)
    {
        if (goesBack)
        {
            using var going = _goingBack.Begin("going back");
            Interlocked.Increment(ref _givenBack);
            await giveBack(item);
        }
    }

    /// <summary>In a hub that is never at rest there is no end of it, and a stop does not wait for one.</summary>
    private async Task WhenNoMoreGoesBack()
    {
        using var limit = new CancellationTokenSource(LongestGivingBack);
        for (var before = -1; goesBack && before != _givenBack && !limit.IsCancellationRequested;)
        {
            before = _givenBack;
            await Task.Delay(Quiet, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await _goingBack.WhenIdle(limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
