using DurableTask.Core.Exceptions;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationInstance
{
    private const int MostRaces = 5;

    private static readonly OrchestrationRuntimeStatus[] Ends =
        [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed, OrchestrationRuntimeStatus.Terminated];

    /// <summary>
    /// Stores the start. Where every ended state is refused this is one insert; otherwise what exists is looked at first. Without a set of refused
    /// states an instance that has ended may be replaced, a live one not.
    /// </summary>
    /// <exception cref="OrchestrationAlreadyExistsException">The instance exists in a refused state.</exception>
    public async Task<bool> StartAsync(ExecutionStarted start, IReadOnlySet<OrchestrationRuntimeStatus>? refused)
    {
        if (_live && (refused is null || refused.Contains(_status)))
        {
            throw Exists(_status.ToString());
        }

        var mustBeNew = !_live && refused is not null && Ends.All(refused.Contains);
        var old = _live || mustBeNew ? null : await _parts.Hub.FindStateAsync(Id);
        if (old is not null && (refused?.Contains(old.Status) ?? old.IsLive))
        {
            throw Exists(old.Status.ToString());
        }

        var status = new StatusRow(Id, start, OrchestrationRuntimeStatus.Pending) { UpdatedAt = new DateTimeOffset(start.Timestamp, TimeSpan.Zero) };
        var key = TaskHubKeys.Status(Id);
        List<RowChange> changes = [mustBeNew ? RowChange.Insert(key, status.Whole()) : RowChange.Replace(key, status.Whole())];
        var (former, rows) = (old?.Start.ExecutionId ?? _executionId, old?.Rows ?? _rows);
        rows -= TurnCommit.DeleteLast(Id, (former, rows), changes);
        try
        {
            await _parts.Hub.CommitAsync(Shard, changes);
        }
        catch (TaskHubRefusedException e) when (e.Exists)
        {
            throw Exists("Completed, Failed or Terminated");
        }

        DeleteHistory(former, rows);
        if (_parts.RunsInstances)
        {
            Begin(new Execution(start), start.ScheduledStartTime);
        }

        return true;
    }

    /// <summary>False: there is no such instance, or it was left alone.</summary>
    /// <exception cref="InvalidOperationException">It has neither ended nor been set aside, and that is refused.</exception>
    public async Task<bool> PurgeAsync(PurgeOfLive whenLive)
    {
        if (await _parts.Hub.FindStateAsync(Id) is not { } stored || (stored.IsLive && whenLive == PurgeOfLive.Skipped))
        {
            return false;
        }

        if (stored is { IsLive: true, Poison: null } && whenLive == PurgeOfLive.Refused)
        {
            throw new InvalidOperationException($"Only orchestrations in a terminal state can be purged; '{Id}' is {stored.Status}.");
        }

        for (var race = 1; !await TryDeleteAsync(isLast: race == MostRaces); race++)
        {
            // A row of a former run went with deletes that had waited: what is left is looked up again.
        }

        _parts.Hub.DeleteLargeOf(Id);
        _rows = 0;
        Cease();
        return true;
    }

    private async Task<bool> TryDeleteAsync(bool isLast)
    {
        // The status row goes last: a purge that was cut off can be repeated.
        List<RowChange> deletes = [];
        await foreach (var row in _parts.Hub.ReadAsync(Shard, TaskHubKeys.TurnsOf(Id) with { Values = [] }, CancellationToken.None))
        {
            deletes.Add(RowChange.Delete(row.Key));
        }

        deletes.Add(RowChange.Delete(TaskHubKeys.Status(Id)));
        try
        {
            foreach (var batch in deletes.Chunk(ITaskHubStore.MostChanges))
            {
                await _parts.Hub.CommitAsync(Shard, batch);
            }

            return true;
        }
        catch (TaskHubRefusedException) when (!isLast)
        {
            return false;
        }
    }

    /// <summary>Starts as a sub-orchestration, whatever was there; the same start again is nothing new.</summary>
    private async Task BecomeChildAsync(Incoming item)
    {
        var start = (ExecutionStarted)item.Event;
        if (await HasStartedAsync(start, item.IsRedelivered))
        {
            TakenIn(item);
            return;
        }

        // A start that is tried again replaces what it replaced before, not its own run.
        var former = start.ExecutionId == _executionId ? _run?.Former : (_executionId, _rows);
        Begin(new Execution(start) { IsUnwritten = true, Former = former }, null);
        await TurnsAsync([item], wakes: true);
    }

    private async Task<bool> HasStartedAsync(ExecutionStarted start, bool isRedelivered)
    {
        if (_live && _rows > 0)
        {
            return (_run ??= await LoadAsync()).Start.Parent == start.Parent;
        }

        // One that was ended, or purged, before its start could be worked off; or what was stored of this very start waits for a host whose version fits, or to
        // be put back.
        return (!_live && start.ExecutionId == _executionId)
            || ((_live || isRedelivered) && (await _parts.Hub.FindStateAsync(Id))?.Start.Parent == start.Parent);
    }

    private void Begin(Execution run, DateTime? startAt)
    {
        (_run, _executionId, _rows, _alarm) = (run, run.Id, 0, startAt);
        (_live, _status, _inFlight) = (true, OrchestrationRuntimeStatus.Pending, null);
        GoOn();
    }

    private static OrchestrationAlreadyExistsException Exists(string status) =>
        new($"An Orchestration instance with the status {status} already exists.");
}

/// <summary>What a purge does with an instance that has not ended.</summary>
internal enum PurgeOfLive
{
    Refused,
    Skipped,
    Allowed,
}
