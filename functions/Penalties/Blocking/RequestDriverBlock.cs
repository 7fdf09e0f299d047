namespace Penalties.Blocking;

/// <summary>Sends the command to block, or to lift the block. Its message id is the same however often the step runs, so the queue keeps one.</summary>
public sealed class RequestDriverBlock(CaseSteps steps, BlockQueues queues)
{
    [Function(nameof(RequestDriverBlock))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        if (snapshot.Case is not { BlockCommandDue: true } current)
        {
            return snapshot;
        }

        var attempt = current.BlockAttempt + 1;
        var isLifting = current.Block is BlockState.Lifting;
        await queues.Send(new BlockCommand(work.CaseId, attempt, Lifts: isLifting ? attempt - 1 : 0), cancellation);
        CaseEvent requested = isLifting ? new UnblockRequested(attempt) : new BlockRequested(attempt);
        return await steps.Record(
            nameof(RequestDriverBlock),
            work.CaseId,
            // The result may have overtaken us.
            now => now.BlockCommandOwed && now.Block == current.Block ? [requested] : [],
            cancellation);
    }
}
