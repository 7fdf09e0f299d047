using LocalHost.Durable.History;
using Microsoft.DurableTask.Converters;

namespace LocalHost.Durable.Replay;

/// <summary>
/// External events of one orchestration, by name (case ignored). Without a waiter they queue up; of several waiters the newest gets the next one,
/// even where it has been cancelled: so does Durable Task, and what breaks there must break here.
/// </summary>
internal sealed class EventWaiters
{
    private readonly Dictionary<string, Stack<Waiter>> _waiting = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<EventRaised>> _buffered = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _arrival = [];

    /// <summary>Whether some code still waits (a cancelled waiter does not).</summary>
    public bool AnyWaits => _waiting.Values.Any(stack => stack.Any(waiter => !waiter.IsDone));

    /// <summary>Events nobody took, in order of arrival by name.</summary>
    public IEnumerable<EventRaised> Unprocessed =>
        _arrival.Distinct(StringComparer.OrdinalIgnoreCase).SelectMany(name => _buffered[name]);

    public Task<T> Wait<T>(string name, Func<bool> onTurn, CancellationToken cancellation)
    {
        if (_buffered.TryGetValue(name, out var queue) && queue.TryDequeue(out var raised))
        {
            return Task.FromResult(Waiter<T>.Read(raised.Input));
        }

        if (!_waiting.TryGetValue(name, out var stack))
        {
            _waiting[name] = stack = new();
        }

        if (stack.TryPeek(out var older) && older.Type != typeof(T))
        {
            throw new ArgumentException(
                "Events with the same name must have the same type argument. " +
                $"Expected {older.Type.FullName} but was requested {typeof(T).FullName}.");
        }

        var waiter = new Waiter<T>();
        stack.Push(waiter);
        waiter.CancelWith(cancellation, onTurn);
        return waiter.Task;
    }

    public void Deliver(EventRaised raised)
    {
        if (_waiting.TryGetValue(raised.Name, out var stack) && stack.TryPop(out var waiter))
        {
            waiter.Complete(raised.Input);
            return;
        }

        if (!_buffered.TryGetValue(raised.Name, out var queue))
        {
            _buffered[raised.Name] = queue = new();
        }

        queue.Enqueue(raised);
        _arrival.Add(raised.Name);
    }

    private abstract class Waiter
    {
        public abstract Type Type { get; }

        public abstract bool IsDone { get; }

        public abstract void Complete(string? payload);
    }

    private sealed class Waiter<T> : Waiter
    {
        private readonly TaskCompletionSource<T> _source = new();

        public override Type Type => typeof(T);

        public override bool IsDone => _source.Task.IsCompleted;

        public Task<T> Task => _source.Task;

        // The cast fails for a null where T is a value: such an event fails the instance, as it does there.
        public static T Read(string? payload) => (T)JsonDataConverter.Default.Deserialize(payload, typeof(T))!;

        public override void Complete(string? payload) => _source.TrySetResult(Read(payload));

        public void CancelWith(CancellationToken cancellation, Func<bool> onTurn)
        {
            if (cancellation.CanBeCanceled)
            {
                cancellation.Register(() =>
                {
                    // A token cancelled by the wall clock is never seen by an orchestrator.
                    if (onTurn())
                    {
                        _source.TrySetCanceled(cancellation);
                    }
                });
            }
        }
    }
}
