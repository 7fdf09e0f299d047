using Azure.Messaging.ServiceBus;

namespace Penalties.Blocking;

/// <summary>
/// Writes what the driver admin answered to the case, then knocks. While our storage is away the result is put back with a growing delay, and
/// never given up: it is true however late it is written.
/// </summary>
public sealed partial class RecordBlockResult(
    CaseStore cases,
    CaseStarter starter,
    RidesAfterBlocks rides,
    BlockQueues queues,
    IOptions<BlockOptions> options,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<RecordBlockResult> log)
{
    [Function(nameof(RecordBlockResult))]
    public async Task Run(
        [ServiceBusTrigger(BlockQueues.Results, Connection = BlockQueues.Connection, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        if (BlockResult.From(message.Body) is not { } result)
        {
            await actions.DeadLetterMessageAsync(message, deadLetterReason: "NotABlockResult", cancellationToken: cancellation);
            return;
        }

        try
        {
            if (!await Record(result, durable, cancellation))
            {
                await actions.DeadLetterMessageAsync(message, deadLetterReason: "UnknownCase", cancellationToken: cancellation);
                return;
            }
        }
        catch (Exception fault) when (StorageFault.Is(fault))
        {
            var wait = options.Value.BackOff(result.Delivery);
            LogPutBack(log, result.CaseId, result.Delivery, wait);
            await queues.Send(result with { Delivery = result.Delivery + 1 }, cancellation, clock.GetUtcNow() + wait);
        }

        await actions.CompleteMessageAsync(message, cancellation);
    }

    /// <returns>False when there is no such case.</returns>
    private async Task<bool> Record(BlockResult result, DurableTaskClient durable, CancellationToken cancellation)
    {
        var change = await cases.Change(result.CaseId, new(Actor.DriverAdmin, nameof(RecordBlockResult)), _ => [result.Happened()], cancellation);
        if (change.Case is not { } current)
        {
            return false;
        }

        if (change.Refusal is { Kind: RefusalKind.InvalidTransition } refusal)
        {
            LogRefused(log, result.CaseId, refusal.ToString());
        }

        await starter.Knock(durable, current);
        await rides.Tell(durable, current, cancellation);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: a block result came too late. {Refusal}")]
    private static partial void LogRefused(ILogger log, string caseId, string refusal);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: storage was away at try {Try} to record the block result, next in {Wait}")]
    private static partial void LogPutBack(ILogger log, string caseId, int @try, TimeSpan wait);
}
