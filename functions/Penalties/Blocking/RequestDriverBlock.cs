namespace Penalties.Blocking;

/// <summary>
/// Sends the command to block, or to lift the block. Its message id is the same however often the step runs, so the queue keeps one. That a command
/// to block is begun is written before it is sent: consent that is taken back at that moment comes too late for it.
/// </summary>
public sealed class RequestDriverBlock(CaseSteps steps, BlockQueues queues)
{
    [Function(nameof(RequestDriverBlock))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        if (snapshot.Case is not { BlockCommandOwed: true, Block: BlockState.Pending or BlockState.Lifting } current)
        {
            return snapshot;
        }

        var attempt = current.BlockCommand;
        var isLifting = current.Block is BlockState.Lifting;
        if (!isLifting)
        {
            snapshot = await Record(work, now => now.IsBlockCommandHeld && now.BlockCommand == attempt ? [new BlockCommandStarted(attempt)] : [], cancellation);
            if (snapshot.Case is not { Block: BlockState.Pending, BlockCommandOwed: true, BlockCommandStarted: true } || snapshot.Case.BlockCommand != attempt)
            {
                return snapshot;
            }
        }

        await queues.Send(new BlockCommand(work.CaseId, attempt, Lifts: isLifting ? attempt - 1 : 0), cancellation);
        CaseEvent requested = isLifting ? new UnblockRequested(attempt) : new BlockRequested(attempt);

        // The result may have overtaken us.
        return await Record(work, now => now.BlockCommandOwed && now.Block == current.Block && now.BlockCommand == attempt ? [requested] : [], cancellation);
    }

    private Task<CaseSnapshot> Record(CaseWork work, Func<PenaltyCase, IEnumerable<CaseEvent>> happened, CancellationToken cancellation) =>
        steps.Record(nameof(RequestDriverBlock), work.CaseId, happened, cancellation);
}
