using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Blocking;

/// <summary>Sends the block command. Its message id is the same however often the step runs, so the queue keeps one.</summary>
public sealed class RequestDriverBlock(CaseSteps steps, BlockQueues queues)
{
    [Function(nameof(RequestDriverBlock))]
    public async Task<CaseSnapshot> Run([ActivityTrigger] CaseWork work, CancellationToken cancellation)
    {
        var snapshot = await steps.Read(work.CaseId, cancellation);
        if (snapshot.Case is not { Block: BlockState.Pending, BlockAttempt: 0 })
        {
            return snapshot;
        }

        var command = new BlockCommand(work.CaseId, Attempt: 1);
        await queues.Send(command, cancellation);
        return await steps.Record(
            work.CaseId,
            // The result may have overtaken us.
            now => now is { Block: BlockState.Pending, BlockAttempt: 0 } ? [new BlockRequested(command.Attempt)] : [],
            cancellation);
    }
}
