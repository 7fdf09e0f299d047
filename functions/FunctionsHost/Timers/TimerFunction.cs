using System.Text.Json;
using FunctionsHosting.Clock;
using FunctionsHosting.Configuration;
using FunctionsHosting.Worker;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Timers;

/// <summary>
/// Runs one timer function at the occurrences of its schedule (UTC) on the business clock. One timer is armed at a time, for the next occurrence
/// after now; a run never overlaps the one before it, and occurrences that pass during a run are left out.
/// </summary>
internal sealed partial class TimerFunction : IAsyncDisposable
{
    private readonly FunctionEntry _function;
    private readonly TimerTrigger _trigger;
    private readonly FunctionInvoker _invoker;
    private readonly TimeProvider _clock;
    private readonly WorkTracker _work;
    private readonly TimerRecord? _record;
    private readonly ILogger _log;
    private readonly CancellationToken _giveUp;
    private readonly Lock _gate = new();
    private readonly ITimer _alarm;
    private DateTimeOffset _due;
    private DateTimeOffset? _last;
    private Task _run = Task.CompletedTask;
    private bool _stopped;

    /// <param name="function">A timer function.</param>
    /// <param name="invoker">Has it run.</param>
    /// <param name="clock">The business clock.</param>
    /// <param name="work">Counts runs under way.</param>
    /// <param name="record">Remembers the schedule over restarts; null without a data folder.</param>
    /// <param name="log">Told of failed runs.</param>
    /// <param name="giveUp">Cancelled when a stopping host no longer waits for the run.</param>
    public TimerFunction(
        FunctionEntry function, FunctionInvoker invoker, TimeProvider clock, WorkTracker work, TimerRecord? record, ILogger log, CancellationToken giveUp)
    {
        _function = function;
        _trigger = (TimerTrigger)function.Trigger;
        _invoker = invoker;
        _clock = clock;
        _work = work;
        _record = _trigger.UseMonitor ? record : null;
        _log = log;
        _giveUp = giveUp;
        _alarm = clock.CreateTimer(static timer => ((TimerFunction)timer!).Ring(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Arms the timer; runs at once when asked to or when an occurrence was missed while no host ran.</summary>
    public void Start()
    {
        _last = _record?.Last;
        var missed = _record?.Next is { } next && next <= _clock.GetUtcNow();
        lock (_gate)
        {
            if (missed || _trigger.RunOnStartup)
            {
                Begin(missed);
            }
            else
            {
                Arm();
            }
        }
    }

    /// <summary>Arms no further occurrence and waits for the run under way.</summary>
    public async ValueTask DisposeAsync()
    {
        Task run;
        lock (_gate)
        {
            _stopped = true;
            run = _run;
        }

        await _alarm.DisposeAsync();
        await run;
    }

    private void Ring()
    {
        lock (_gate)
        {
            if (!_stopped)
            {
                Begin(missed: false);
            }
        }
    }

    private void Begin(bool missed)
    {
        var underWay = _work.Begin("timer function");
        _run = Task.Run(() => Run(missed, underWay), CancellationToken.None);
    }

    private async Task Run(bool missed, IDisposable underWay)
    {
        using (underWay)
        {
            var now = _clock.GetUtcNow();
            try
            {
                await _invoker.Invoke(_function.Name, new() { Json = JsonSerializer.Serialize(Info(missed, now)) }, cancellation: _giveUp);
            }
            catch (Exception e)
            {
                // As on Azure: the error is logged, and the schedule goes on.
                LogFailed(_log, _function.Name, e);
            }

            lock (_gate)
            {
                _last = now;
                if (!_stopped)
                {
                    Arm();
                }
            }
        }
    }

    private void Arm()
    {
        var now = _clock.GetUtcNow();
        if (_trigger.Schedule.GetNextOccurrence(now, TimeZoneInfo.Utc) is not { } next)
        {
            LogNoMore(_log, _function.Name, _trigger.Expression);
            return;
        }

        _due = next;
        _record?.Write(_last, next);
        _alarm.Change(next - now, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What the worker reads a TimerInfo from.</summary>
    private object Info(bool missed, DateTimeOffset now) => new
    {
        Schedule = new { AdjustForDST = true },
        ScheduleStatus = new
        {
            Last = _last?.UtcDateTime ?? default,
            Next = (_due > now ? _due : _trigger.Schedule.GetNextOccurrence(now, TimeZoneInfo.Utc) ?? now).UtcDateTime,
            LastUpdated = (_last ?? now).UtcDateTime,
        },
        IsPastDue = missed,
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "Timer function {Function} failed; it runs again at its next occurrence")]
    private static partial void LogFailed(ILogger log, string function, Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Timer function {Function} never runs again: schedule '{Schedule}' has no further occurrence")]
    private static partial void LogNoMore(ILogger log, string function, string schedule);
}
