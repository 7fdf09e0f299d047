using LocalHost.Durable.History;
using LocalHost.Durable.Replay;
using LocalHost.Durable.Storage;
using Microsoft.DurableTask.Client;

namespace LocalHost.Durable.Engine;

internal sealed partial class OrchestrationInstance
{
    /// <summary>Takes the failed instance up again. It runs when this returns.</summary>
    /// <exception cref="ArgumentException">There is no such instance.</exception>
    /// <exception cref="InvalidOperationException">It has not failed, or this host does not run it.</exception>
    /// <exception cref="InvalidDataException">Its status row or its history can not be read.</exception>
    public async Task<bool> RewindAsync(string? reason)
    {
        var stored = await _parts.Hub.FindStatusAsync(Id)
            ?? throw new ArgumentException($"An orchestration with the instanceId {Id} was not found.", "instanceId");
        if (stored.Status != OrchestrationRuntimeStatus.Failed)
        {
            throw new InvalidOperationException($"Only an orchestration that has failed can be rewound; '{Id}' is {stored.Status}.");
        }

        if (stored.Unreadable is { } cause)
        {
            throw new InvalidDataException(cause);
        }

        if (!_parts.RunsInstances || _parts.Turn.Rejects(stored.Start.Version))
        {
            throw new InvalidOperationException($"'{Id}', of version '{stored.Start.Version}', can not be rewound: this host does not run it.");
        }

        await RewindAsync(stored, new() { Reason = string.IsNullOrEmpty(reason) ? null : reason }, []);
        return true;
    }

    /// <summary>The parent was rewound and waits for this one's answer: a failed one goes on, one that has ended otherwise answers again.</summary>
    private async Task BeRewoundAsync(Incoming item)
    {
        var (asked, stored) = ((ExecutionRewound)item.Event, await _parts.Hub.FindStatusAsync(Id));
        if (item.IsRedelivered && stored?.Answered == asked.Source)
        {
            TakenIn(item);
        }
        else if (stored is null || asked.Parent?.IsSameCall(stored.Start.Parent) != true)
        {
            const string gone = "The sub-orchestration is not there any more, or was started anew by another; so it could not be rewound.";
            await AnswerAsync(item, Failed(gone), exists: stored is not null);
        }
        else if (stored.IsLive || (item.IsRedelivered && await HasBeenRewoundAsync(stored, asked)))
        {
            TakenIn(item);
        }
        else if (stored.Status != OrchestrationRuntimeStatus.Failed)
        {
            await AnswerAsync(item, new(stored.Status) { Result = stored.Output, Failure = stored.Failure }, exists: true);
        }
        else if (!_parts.Turn.Rejects(stored.Start.Version))
        {
            await RewindAsync(stored, asked, [item]);
        }
    }

    /// <summary>The engine keeps failing on it: its parent, which waits for the answer, is told so.</summary>
    private Task RefuseRewindAsync(Incoming item, Exception cause) => AnswerAsync(
        item, Failed($"The sub-orchestration '{Id}' can not be rewound: {cause.Message}"), exists: true);

    private static ExecutionCompleted Failed(string why) =>
        new(OrchestrationRuntimeStatus.Failed) { Failure = new(typeof(InvalidOperationException).FullName!, why) };

    private async Task<bool> HasBeenRewoundAsync(StatusRow stored, ExecutionRewound asked) =>
        (await _parts.Hub.LoadHistoryAsync(Id, stored.Start.ExecutionId, stored.Rows))
            .OfType<ExecutionRewound>().Any(rewound => rewound.Source == asked.Source);

    /// <summary>One turn: it says what is undone, and makes the failed calls again. Nothing is rewritten, so that one commit does it.</summary>
    private async Task RewindAsync(StatusRow stored, ExecutionRewound asked, List<Incoming> items)
    {
        await _parts.TurnSlots.WaitAsync();
        Execution before;
        Turn turn;
        try
        {
            var now = _parts.UtcNow;
            var started = new OrchestratorStarted { Timestamp = now };
            var history = await _parts.Hub.LoadHistoryAsync(Id, stored.Start.ExecutionId, stored.Rows);
            var undone = RewindPlan.Undo(history, past => _parts.Turn.Run(Id, stored.Start, past, [started, asked]));
            var past = Rewinding.Without(history, undone);
            before = Execution.From(past, stored.Rows);
            var rewound = asked with { Timestamp = now, Undone = undone, Children = Rewinding.OpenChildren(past) is { Count: > 0 } open ? open : null };
            turn = Turn.Make(_parts, Id, before, [started, rewound], items);
        }
        finally
        {
            _parts.TurnSlots.Release();
        }

        await _parts.Hub.CommitAsync(Shard, turn.Commit.Changes);
        _inFlight = null;
        After(before, turn, items);
    }

    private async Task AnswerAsync(Incoming item, ExecutionCompleted end, bool exists)
    {
        var asked = (ExecutionRewound)item.Event;
        List<StoredMessage> answer = [TurnCommit.ToParent(asked.Parent!, end with { Timestamp = _parts.UtcNow }, asked.Source!)];
        var row = new MessageRow(Shard, TaskHubKeys.Message(Id, _parts.Hub.NextSequence()), answer);
        List<RowChange> changes = [TurnRows.WriteMessages(row.Key, answer)];
        if (exists)
        {
            // No turn tells of it. Else each host that died over it would leave another answer.
            changes.Add(RowChange.Merge(TaskHubKeys.Status(Id), StatusRow.Answer(asked.Source!)));
        }

        await _parts.Hub.CommitAsync(Shard, changes);
        TakenIn(item);
        _table.Deliver(answer[0], row, isRedelivered: false);
    }
}
