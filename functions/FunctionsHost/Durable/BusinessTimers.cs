using DurableTask.Core;
using DurableTask.Core.History;
using FunctionsHosting.Clock;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

/// <summary>
/// Durable timers on the business clock. They are kept in memory only; a host that starts again reads them off the histories.
/// </summary>
internal sealed partial class BusinessTimers(BusinessClock clock, HubActivity? activity, Func<TaskMessage, Task> send, ILogger logger) : IDisposable
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<(string Execution, int Timer), ITimer>> _held = new(StringComparer.OrdinalIgnoreCase);
    private readonly CancellationTokenSource _stopped = new();

    /// <summary>Sends the message when the business clock comes to that instant.</summary>
    public void Hold(TaskMessage message, DateTimeOffset due)
    {
        var (instance, key) = KeyOf(message);
        lock (_gate)
        {
            if (!_held.TryGetValue(instance, out var timers))
            {
                _held[instance] = timers = [];
            }

            if (timers.Remove(key, out var before))
            {
                before.Dispose(); // the turn was done again
            }

            var wait = due - clock.GetUtcNow();
            if (wait <= TimeSpan.Zero)
            {
                Fire(message);
                return;
            }

            using (ExecutionContext.SuppressFlow()) // an alarm must not keep what the turn's context holds
            {
                timers[key] = clock.CreateTimer(_ => Due(message), null, wait, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Forgets the timers of an instance, but those of an execution.</summary>
    public void Drop(string instance, string? but = null)
    {
        lock (_gate)
        {
            if (!_held.TryGetValue(instance, out var timers))
            {
                return;
            }

            foreach (var key in timers.Keys.Where(key => key.Execution != but).ToList())
            {
                timers.Remove(key, out var timer);
                timer!.Dispose();
            }

            if (timers.Count == 0)
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
            foreach (var timer in _held.Values.SelectMany(static t => t.Values))
            {
                timer.Dispose();
            }

            _held.Clear();
        }
    }

    private static (string Instance, (string Execution, int Timer) Key) KeyOf(TaskMessage message) =>
        (message.OrchestrationInstance.InstanceId, (message.OrchestrationInstance.ExecutionId, ((TimerFiredEvent)message.Event).TimerId));

    [LoggerMessage(LogLevel.Warning, "A timer of {Instance} is due and cannot be sent; tried again in {Pause}")]
    private static partial void NotSent(ILogger logger, Exception error, string instance, TimeSpan pause);

    private void Due(TaskMessage message)
    {
        var (instance, key) = KeyOf(message);
        lock (_gate)
        {
            if (!_held.TryGetValue(instance, out var timers) || !timers.Remove(key, out var timer))
            {
                return;
            }

            timer.Dispose();
            if (timers.Count == 0)
            {
                _held.Remove(instance);
            }

            Fire(message);
        }
    }

    private void Fire(TaskMessage message)
    {
        activity?.Sent(message); // before the alarm is over
        _ = Task.Run(() => Send(message));
    }

    private async Task Send(TaskMessage message)
    {
        // Services hold back an event whose time has not come by the real clock.
        var timer = (TimerFiredEvent)message.Event;
        var now = new TaskMessage
        {
            OrchestrationInstance = message.OrchestrationInstance,
            Event = new TimerFiredEvent(timer.EventId) { TimerId = timer.TimerId, FireAt = DateTime.UtcNow.AddSeconds(-1) },
        };
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await send(now);
                return;
            }
            catch (Exception e) when (!_stopped.IsCancellationRequested)
            {
                NotSent(logger, e, message.OrchestrationInstance.InstanceId, pause);
            }

            await Task.Delay(pause, TimeProvider.System, _stopped.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stopped.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
