using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Penalties.Outside;

namespace Penalties.Blocking;

/// <summary>
/// A dead letter is kept for whoever looks after it. A dead block command marks its case: the block failed, and a manager hears of it. A dead result
/// still says what the driver admin did, and that is recorded; only one that cannot be read counts as failed.
/// </summary>
public sealed partial class BlockDeadLetters(
    DeadLetters letters, CaseStore cases, CaseStarter starter, RidesAfterBlocks rides, DriverAdmin admin, ILogger<BlockDeadLetters> log)
{
    [Function("DeadBlockCommand")]
    public Task Command(
        [ServiceBusTrigger(BlockQueues.DeadCommands, Connection = BlockQueues.Connection, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation) => Settle(BlockQueues.Commands, message, message.CorrelationId, told: null, actions, durable, cancellation);

    [Function("DeadBlockResult")]
    public Task Result(
        [ServiceBusTrigger(BlockQueues.DeadResults, Connection = BlockQueues.Connection, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        var result = BlockResult.From(message.Body);
        return Settle(BlockQueues.Results, message, result?.CaseId ?? message.CorrelationId, result, actions, durable, cancellation);
    }

    private async Task Settle(
        string queue,
        ServiceBusReceivedMessage message,
        string? caseId,
        BlockResult? told,
        ServiceBusMessageActions actions,
        DurableTaskClient durable,
        CancellationToken cancellation)
    {
        LogDead(log, message.MessageId, caseId, message.DeadLetterReason);
        await letters.Keep(queue, message, caseId, cancellation);
        if (!string.IsNullOrEmpty(caseId))
        {
            var heldSince = told is null ? await HeldSince(caseId, cancellation) : null;
            var change = told is null
                ? await cases.Change(
                    caseId,
                    new(heldSince is null ? Actor.System : Actor.DriverAdmin, nameof(BlockDeadLetters)),
                    current => heldSince is { } at && current.Block is BlockState.Pending ? [new BlockConfirmed(at)] : Failed(current, message),
                    cancellation)
                : await cases.Change(caseId, new(Actor.DriverAdmin, nameof(BlockDeadLetters)), _ => [told.Happened()], cancellation);
            if (change.Case is { } marked)
            {
                await starter.Knock(durable, marked);
                await rides.Tell(durable, marked, cancellation);
            }
        }

        await actions.CompleteMessageAsync(message, cancellation);
    }

    /// <summary>
    /// A block whose answers were all lost may hold all the same: the driver admin is asked once more before anybody is told that it failed.
    /// </summary>
    private async Task<DateTimeOffset?> HeldSince(string caseId, CancellationToken cancellation)
    {
        if (await cases.Find(caseId, cancellation) is not { Block: BlockState.Pending } current)
        {
            return null;
        }

        try
        {
            return await admin.BlockedAt(BlockCommand.KeyOf(caseId, current.BlockCommand), cancellation);
        }
        catch (OutsideSystemUnavailableException)
        {
            return null;
        }
    }

    /// <summary>Whatever the case waits for from the driver admin is not coming.</summary>
    private static IEnumerable<CaseEvent> Failed(PenaltyCase current, ServiceBusReceivedMessage message)
    {
        var code = $"dead_letter_{JsonNamingPolicy.SnakeCaseLower.ConvertName(message.DeadLetterReason ?? "unknown")}";
        return current.Block switch
        {
            BlockState.Pending => [new BlockFailed(code)],
            BlockState.Lifting => [new UnblockFailed(code)],
            BlockState.Unknown or BlockState.Declined or BlockState.Confirmed or BlockState.Failed or BlockState.Lifted => [],
        };
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Dead letter {MessageId} of case {CaseId}: {Reason}")]
    private static partial void LogDead(ILogger log, string messageId, string? caseId, string? reason);
}
