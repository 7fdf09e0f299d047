using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationInstance
{
    /// <summary>Lets an instance that is set aside go on, with all that has come in meanwhile. False: it is not set aside.</summary>
    /// <exception cref="InvalidDataException">Its status row still can not be read.</exception>
    public async Task<bool> PutBackAsync()
    {
        if (await _parts.Hub.FindStateAsync(Id) is not { IsLive: true } stored || (stored.Poison is null && !_setAside))
        {
            return false;
        }

        if (stored.Unreadable is { } cause)
        {
            throw new InvalidDataException(cause);
        }

        await _parts.Hub.CommitAsync(Shard, RowChange.Merge(TaskHubKeys.Status(Id), Poison.None));
        if (_parts.RunsInstances)
        {
            Recall(stored with { Poison = null });
            TryPost(Wake.Instance);
        }

        LogPutBack(_log, Id);
        return true;
    }

    /// <summary>What an instance that is set aside still does.</summary>
    private static bool IsOrder(InboxItem item) => item is Operation or Incoming { Event: ExecutionTerminated };

    private List<InboxItem>? TakeOrders()
    {
        var orders = _inbox?.FindAll(IsOrder);
        _inbox?.RemoveAll(IsOrder);
        return orders is { Count: > 0 } ? orders : null;
    }

    /// <summary>
    /// The engine itself failed on this instance. It is tried again after a pause; by its own fault only so often, then it is set aside.
    /// </summary>
    private async Task<Attempts> FailedAsync(List<InboxItem> items, Exception e, Attempts before)
    {
        // What is stored is read again; of a sub-orchestration's start nothing is.
        _run = _run is { IsUnwritten: true } begun ? begun.Before(0) : null;
        if (_parts.Retries.AreOver(e))
        {
            Rest(items);
            return before;
        }

        lock (_gate)
        {
            _inbox = [.. items.Where(static i => i is Wake or Incoming { IsTakenIn: false } or Operation { IsDone: false }), .. _inbox ?? []];
        }

        var isOutage = TurnRetries.IsOutage(e);
        var attempts = new Attempts(before.All + 1, before.Own + (isOutage ? 0 : 1));
        _parts.Metrics.TurnFailed(isOutage);
        if (attempts.Own >= (_setAside ? 1 : _parts.Retries.Most) && await GiveUpAsync(e, attempts.Own))
        {
            return default;
        }

        var pause = _parts.Retries.Pause(attempts.All);
        LogRetry(_log, e, Id, attempts.All, isOutage ? "the store does not answer" : $"{attempts.Own} of {_parts.Retries.Most} by its own fault", pause);
        if (!await _parts.Retries.WaitAsync(pause))
        {
            Rest([]);
        }

        return attempts;
    }

    /// <summary>False: the store does not answer, so nothing of it is stored.</summary>
    private async Task<bool> GiveUpAsync(Exception e, int attempts)
    {
        try
        {
            if (_setAside)
            {
                await SettleAsync<ExecutionTerminated>(EndByStatusAsync);
            }
            else if (_live || !await SettleAsync<ExecutionRewound>(asked => RefuseRewindAsync(asked, e)))
            {
                await MarkAsync(e, attempts);
            }

            return true;
        }
        catch (Exception second) when (TurnRetries.IsOutage(second) || _parts.Retries.AreOver(second))
        {
            LogNotStored(_log, second, Id);
            return false;
        }
    }

    /// <summary>Nothing can be stored any more. What came in is stored, and the next start takes it up; only callers get their answer.</summary>
    private void Rest(List<InboxItem> items)
    {
        lock (_gate)
        {
            _setAside = true;
            _inbox = [.. items.Concat(_inbox ?? []).Where(static i => i is Operation { IsDone: false })];
        }
    }

    /// <summary>
    /// Writes the cause into the status row, and nothing else: the history stays as it is, and messages stay stored. What comes in from now on waits.
    /// </summary>
    private async Task MarkAsync(Exception e, int attempts)
    {
        var poison = new Poison($"{e.GetType().Name}: {e.Message}", attempts, _parts.Clock.GetUtcNow());
        try
        {
            if (await MarkOf(poison) is { } mark)
            {
                await _parts.Hub.CommitAsync(Shard, mark);
            }
            else
            {
                LogGone(_log, e, Id);
                Cease();
                return;
            }
        }
        catch (Exception second) when (!TurnRetries.IsOutage(second) && !_parts.Retries.AreOver(second))
        {
            // Not even that can be stored: it is set aside until the next start.
            LogNotStored(_log, second, Id);
        }

        lock (_gate)
        {
            _setAside = true;
        }

        SetAlarm(null);
        LogSetAside(_log, e, Id, attempts, poison.Cause);
    }

    /// <summary>A merge into the status row. A sub-orchestration whose first turn failed has none of its own yet; null: it is gone.</summary>
    private async Task<RowChange?> MarkOf(Poison poison)
    {
        var stored = await _parts.Hub.FindStateAsync(Id);
        var key = TaskHubKeys.Status(Id);
        if (stored is not null && stored.Start.ExecutionId == _executionId)
        {
            return RowChange.Merge(key, poison.Values());
        }

        ExecutionStarted? start;
        lock (_gate)
        {
            start = _inbox?.OfType<Incoming>().Select(static i => i.Event).OfType<ExecutionStarted>().FirstOrDefault(s => s.ExecutionId == _executionId);
        }

        return start is null ? null : RowChange.Replace(
            key, new StatusRow(Id, start, OrchestrationRuntimeStatus.Pending) { UpdatedAt = _parts.Clock.GetUtcNow(), Poison = poison }.Whole());
    }

    private void GoOn()
    {
        lock (_gate)
        {
            _setAside = false;
        }
    }

    /// <summary>How often in a row the mailbox could not be worked off, and how often of these by the instance's own fault.</summary>
    private readonly record struct Attempts(int All, int Own);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The turn of {InstanceId} failed in the engine (attempt {Attempt}: {Reason}); it is tried again in {Pause}.")]
    private static partial void LogRetry(ILogger logger, Exception e, string instanceId, int attempt, string reason, TimeSpan pause);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "{InstanceId} is set aside after {Attempts} attempts: {Cause} What comes in for it waits until it is put back (instances putback).")]
    private static partial void LogSetAside(ILogger logger, Exception e, string instanceId, int attempts, string cause);

    [LoggerMessage(Level = LogLevel.Error, Message = "What became of {InstanceId} could not be stored.")]
    private static partial void LogNotStored(ILogger logger, Exception e, string instanceId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{InstanceId} has no status row any more: it is forgotten.")]
    private static partial void LogGone(ILogger logger, Exception e, string instanceId);

    [LoggerMessage(Level = LogLevel.Information, Message = "{InstanceId} is put back and goes on.")]
    private static partial void LogPutBack(ILogger logger, string instanceId);
}
