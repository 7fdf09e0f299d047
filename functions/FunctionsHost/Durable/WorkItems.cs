using System.Collections.Concurrent;
using FunctionsHosting.Clock;

namespace FunctionsHosting.Durable;

/// <summary>The turns and activities this host has taken from the hub and not given back yet.</summary>
internal sealed class WorkItems(WorkTracker work)
{
    private readonly WorkTracker _own = new();
    private readonly ConcurrentDictionary<object, (IDisposable, IDisposable)> _items = new(ReferenceEqualityComparer.Instance);
    private readonly CancellationTokenSource _drained = new();

    /// <summary>The next one, as a service's lock gives it; after <see cref="Drain"/> none comes any more.</summary>
    /// <param name="kind">For error texts.</param>
    /// <param name="next">The service's call; null when there is none for now.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<T> Next<T>(string kind, Func<CancellationToken, Task<T>> next, CancellationToken cancellation)
        where T : class
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _drained.Token);
        T? item;
        try
        {
            item = await next(either.Token);
        }
        catch (OperationCanceledException) when (_drained.IsCancellationRequested)
        {
            item = null;
        }

        if (item is not null)
        {
            _items[item] = (work.Begin(kind), _own.Begin(kind));
        }
        else if (_drained.IsCancellationRequested)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation); // a dispatcher that is given nothing asks again at once
        }

        return item!;
    }

    public void Ended(object item)
    {
        if (_items.TryRemove(item, out var counted))
        {
            counted.Item1.Dispose();
            counted.Item2.Dispose();
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
