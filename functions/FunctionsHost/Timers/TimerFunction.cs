using FunctionsHosting.Worker.Rpc;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Timers;

/// <summary>
/// Runs one timer function at the occurrences of its schedule (UTC) on the business clock. One timer is armed at a time, for the next occurrence
/// after now; a run never overlaps the one before it, and occurrences that pass during a run or its retries are left out.
/// </summary>
/// <param name="record">Null without a data folder.</param>
/// <param name="giveUp">Cancelled when a stopping host no longer waits for the run.</param>
internal sealed partial class TimerFunction(
    FunctionEntry function, FunctionInvoker invoker, TimeProvider clock, WorkTracker work, TimerRecord? record, ILogger log, CancellationToken giveUp)
    : IAsyncDisposable
{
    private readonly TimerTrigger _trigger = (TimerTrigger)function.Trigger;
    private readonly TimerRecord? _record = function.Trigger is TimerTrigger { UseMonitor: true } ? record : null;
    private readonly RetryPolicy? _retries = function.Definition.Metadata.RetryOptions is { } retry ? new(retry) : null;
    private readonly Lock _gate = new();
    private ITimer? _alarm;
    private DateTimeOffset? _last;
    private int _retry;
    private Task _run = Task.CompletedTask;
    private bool _stopped;

    /// <summary>Arms the timer; runs at once when asked to or when an occurrence was missed while no host ran.</summary>
    public void Start()
    {
        var kept = _record?.Read();
        var missed = kept?.Next <= clock.GetUtcNow();
        _last = kept?.Last;
        _alarm = clock.CreateTimer(_ => Begin(missed: false), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (missed || _trigger.RunOnStartup)
        {
            Begin(missed);
        }
        else
        {
            Arm();
        }
    }

    /// <summary>Arms no further occurrence and waits for the run under way.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            _stopped = true;
        }

        _alarm?.Dispose();
        await _run;
    }

    private void Begin(bool missed)
    {
        using var locked = _gate.EnterScope();
        if (!_stopped)
        {
            var underWay = work.Begin("timer function");
            _run = Task.Run(() => Run(missed, underWay), CancellationToken.None);
        }
    }

    private async Task Run(bool missed, IDisposable piece)
    {
        using var underWay = piece;
        var now = clock.GetUtcNow();
        try
        {
            var info = new TypedData { Json = JsonSerializer.Serialize(Info(missed, now)) };
            await invoker.Invoke(function.Name, info, retry: _retries?.Context(_retry), cancellation: giveUp);
        }
        catch (Exception e) when (_retries?.Before(_retry + 1) is { } wait)
        {
            LogRetries(log, function.Name, ++_retry, wait, e);
            using var locked = _gate.EnterScope();
            _ = _stopped || _alarm!.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }
        catch (Exception e)
        {
            // As on Azure: the error is logged, and the schedule goes on.
            LogFailed(log, function.Name, e);
        }

        (_last, _retry) = (now, 0);
        Arm();
    }

    private void Arm()
    {
        using var locked = _gate.EnterScope();
        var now = clock.GetUtcNow();
        if (_stopped)
        {
            return;
        }

        if (Next(now) is not { } next)
        {
            LogNoMore(log, function.Name, _trigger.Expression);
            return;
        }

        _alarm!.Change(next - now, Timeout.InfiniteTimeSpan);
        try
        {
            _record?.Write(new(_last, next));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogNotKept(log, function.Name, e); // only an occurrence missed while no host runs goes unnoticed
        }
    }

    private DateTimeOffset? Next(DateTimeOffset now) => _trigger.Schedule.GetNextOccurrence(now, TimeZoneInfo.Utc);

    /// <summary>What the worker reads a TimerInfo from.</summary>
    private object Info(bool missed, DateTimeOffset now) => new
    {
        Schedule = new { AdjustForDST = true },
        ScheduleStatus = new
        {
            Last = _last?.UtcDateTime ?? default,
            Next = (Next(now) ?? now).UtcDateTime,
            LastUpdated = (_last ?? now).UtcDateTime,
        },
        IsPastDue = missed,
    };

    [LoggerMessage(LogLevel.Error, "Timer function {Function} failed; retry {Retry} comes in {Wait}")]
    private static partial void LogRetries(ILogger log, string function, int retry, TimeSpan wait, Exception exception);
    [LoggerMessage(LogLevel.Error, "Timer function {Function} failed; it runs again at its next occurrence")]
    private static partial void LogFailed(ILogger log, string function, Exception exception);
    [LoggerMessage(LogLevel.Warning, "Timer function {Function} never runs again: schedule '{Schedule}' has no further occurrence")]
    private static partial void LogNoMore(ILogger log, string function, string schedule);
    [LoggerMessage(LogLevel.Warning, "The next occurrence of timer function {Function} could not be kept in its file")]
    private static partial void LogNotKept(ILogger log, string function, Exception exception);
}

/// <summary>A timer function's last and next occurrence, in a file of the data folder, so that one missed while no host ran is noticed.</summary>
internal sealed class TimerRecord(string folder, string function)
{
    private readonly string _path = Path.Combine(folder, $"{function}.json");

    public Occurrences? Read() => JsonFile.Read<Occurrences>(_path);
    public void Write(Occurrences occurrences) => JsonFile.Write(_path, occurrences);

    public sealed record Occurrences(DateTimeOffset? Last, DateTimeOffset Next);
}
