using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Penalties.Requests;
using Penalties.Rules;

namespace Penalties.Blocking;

/// <summary>Writes what the driver admin answered to the case, then knocks.</summary>
public sealed partial class RecordBlockResult(CaseStore cases, ILogger<RecordBlockResult> log)
{
    /// <summary>Name of the driver admin in the activity log.</summary>
    internal const string DriverAdmin = "driver-admin";

    [Function(nameof(RecordBlockResult))]
    public async Task Run(
        [ServiceBusTrigger(BlockQueues.Results, Connection = BlockQueues.Connection, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        [DurableClient] DurableTaskClient durable,
        CancellationToken cancellation)
    {
        if (message.Body.ToObjectFromJson<BlockResult>() is not { CaseId: not null } result)
        {
            await actions.DeadLetterMessageAsync(message, deadLetterReason: "NotABlockResult", cancellationToken: cancellation);
            return;
        }

        CaseEvent happened = result.BlockedAt is { } blockedAt ? new BlockConfirmed(blockedAt) : new BlockFailed(result.RefusedWith ?? "refused");
        var change = await cases.Change(result.CaseId, DriverAdmin, _ => [happened], cancellation);
        if (change.Case is not { } current)
        {
            await actions.DeadLetterMessageAsync(message, deadLetterReason: "UnknownCase", cancellationToken: cancellation);
            return;
        }

        if (change.Refusal is { Kind: RefusalKind.InvalidTransition } refusal)
        {
            LogRefused(log, result.CaseId, refusal.ToString());
        }

        await CaseStarter.Knock(durable, current, cancellation);
        await actions.CompleteMessageAsync(message, cancellation);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: a block result came too late. {Refusal}")]
    private static partial void LogRefused(ILogger log, string caseId, string refusal);
}
