using System.Text.Json;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Blocking;

/// <summary>A block message that nobody could handle marks its case: the block failed, and a manager hears of it.</summary>
public sealed partial class BlockDeadLetters(CaseStore cases, ILogger<BlockDeadLetters> log)
{
    [Function("DeadBlockCommand")]
    public Task Command(
        [ServiceBusTrigger(BlockQueues.DeadCommands, Connection = BlockQueues.Connection, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation) => Mark(message, actions, durable, cancellation);

    [Function("DeadBlockResult")]
    public Task Result(
        [ServiceBusTrigger(BlockQueues.DeadResults, Connection = BlockQueues.Connection, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation) => Mark(message, actions, durable, cancellation);

    private async Task Mark(
        ServiceBusReceivedMessage message, ServiceBusMessageActions actions, DurableTaskClient durable, CancellationToken cancellation)
    {
        LogDead(log, message.MessageId, message.CorrelationId, message.DeadLetterReason);
        if (!string.IsNullOrEmpty(message.CorrelationId))
        {
            var code = $"dead_letter_{JsonNamingPolicy.SnakeCaseLower.ConvertName(message.DeadLetterReason ?? "unknown")}";
            var change = await cases.Change(
                message.CorrelationId,
                CaseSteps.System,
                current => current.Block is BlockState.Pending ? [new BlockFailed(code)] : [],
                cancellation);
            if (change.Case is { } marked)
            {
                await CaseStarter.Knock(durable, marked, cancellation);
            }
        }

        await actions.CompleteMessageAsync(message, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Dead letter {MessageId} of case {CaseId}: {Reason}")]
    private static partial void LogDead(ILogger log, string messageId, string? caseId, string? reason);
}
