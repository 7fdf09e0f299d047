using DurableTask.Core.History;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

/// <summary>
/// Durable timers on the business clock. They are kept in memory only; a host that starts again reads them off the histories.
/// </summary>
internal sealed partial class BusinessTimers(BusinessClock clock, HubActivity? activity, Func<TaskMessage, Task> send, ILogger logger) : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<(string Execution, int Timer), ITimer>> _held = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>Sends the message when the business clock comes to that instant; the same timer again takes the first one's place.</summary>
    public void Hold(TaskMessage message, DateTimeOffset due)
    {
        lock (_gate)
        {
            Release(message);
            var wait = due - clock.GetUtcNow();
            using (ExecutionContext.SuppressFlow()) // an alarm must not keep what the turn's context holds
            {
                _held.TryAdd(message.OrchestrationInstance.InstanceId, []);
                _held[message.OrchestrationInstance.InstanceId][KeyOf(message)] =
                    clock.CreateTimer(_ => Fire(message), null, wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Forgets the timers of an instance, but those of an execution.</summary>
    public void Drop(string instance, string? but = null)
    {
        lock (_gate)
        {
            foreach (var (key, timer) in _held.GetValueOrDefault(instance, []).Where(timer => timer.Key.Execution != but).ToList())
            {
                timer.Dispose();
                _held[instance].Remove(key);
            }

            if (but is null)
            {
                _held.Remove(instance);
            }
        }
    }

    public void Dispose()
    {
        _stopped.Cancel();
        lock (_gate)
        {
            foreach (var instance in _held.Keys.ToList())
            {
                Drop(instance);
            }
        }
    }

    private static (string Execution, int Timer) KeyOf(TaskMessage message) =>
        (message.OrchestrationInstance.ExecutionId, ((TimerFiredEvent)message.Event).TimerId);

    private bool Release(TaskMessage message)
    {
        var held = _held.GetValueOrDefault(message.OrchestrationInstance.InstanceId, []).Remove(KeyOf(message), out var timer);
        timer?.Dispose();
        return held;
    }

    private void Fire(TaskMessage message)
    {
        lock (_gate)
        {
            if (Release(message))
            {
                activity?.Sent(message); // before the alarm is over
                _ = Task.Run(() => Send(message));
            }
        }
    }

    private async Task Send(TaskMessage message)
    {
        // Services hold back an event whose time has not come by the real clock.
        var timer = new TimerFiredEvent(message.Event.EventId) { TimerId = KeyOf(message).Timer, FireAt = DateTime.UtcNow.AddSeconds(-1) };
        while (!_stopped.IsCancellationRequested)
        {
            try
            {
                await send(new() { OrchestrationInstance = message.OrchestrationInstance, Event = timer });
                return;
            }
            catch (Exception e) when (!_stopped.IsCancellationRequested)
            {
                NotSent(logger, e, message.OrchestrationInstance.InstanceId, Pause);
            }

            await Task.Delay(Pause, TimeProvider.System, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    [LoggerMessage(LogLevel.Warning, "A timer of {Instance} is due and cannot be sent; tried again in {Pause}")]
    private static partial void NotSent(ILogger logger, Exception error, string instance, TimeSpan pause);
}
