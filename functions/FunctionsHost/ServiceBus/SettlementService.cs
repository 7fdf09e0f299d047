using Azure.Messaging.ServiceBus;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Microsoft.Azure.ServiceBus.Grpc;

namespace FunctionsHosting.ServiceBus;

/// <summary>Messages that functions work on, by lock token: what a function may settle.</summary>
internal sealed class PendingMessages : ConcurrentDictionary<string, ProcessMessageEventArgs>;

/// <summary>Settles messages for the worker, over the receiver that holds their locks.</summary>
internal sealed class SettlementService(PendingMessages pending) : Settlement.SettlementBase
{
    public override Task<Empty> Complete(CompleteRequest request, ServerCallContext context) =>
        Settle(request.Locktoken, message => message.CompleteMessageAsync(message.Message, context.CancellationToken));
    public override Task<Empty> Abandon(AbandonRequest request, ServerCallContext context) => Settle(request.Locktoken, message =>
        message.AbandonMessageAsync(message.Message, Properties(request.PropertiesToModify), context.CancellationToken));
    public override Task<Empty> Defer(DeferRequest request, ServerCallContext context) => Settle(request.Locktoken, message =>
        message.DeferMessageAsync(message.Message, Properties(request.PropertiesToModify), context.CancellationToken));
    public override Task<Empty> Deadletter(DeadletterRequest request, ServerCallContext context) => Settle(request.Locktoken, message =>
        message.DeadLetterMessageAsync(
            message.Message,
            AmqpProperties.Decode(request.PropertiesToModify),
            request.DeadletterReason,
            request.DeadletterErrorDescription,
            context.CancellationToken));
    public override Task<Empty> RenewMessageLock(RenewMessageLockRequest request, ServerCallContext context) =>
        Settle(request.Locktoken, message => message.RenewMessageLockAsync(message.Message, context.CancellationToken));

    private async Task<Empty> Settle(string lockToken, Func<ProcessMessageEventArgs, Task> act)
    {
        var message = pending.GetValueOrDefault(lockToken)
            ?? throw new RpcException(new Status(StatusCode.FailedPrecondition, "No function of this host works on a message with that lock token."));
        try
        {
            await act(message);
            return new();
        }
        catch (ServiceBusException e)
        {
            throw new RpcException(new Status(e.IsTransient ? StatusCode.Unavailable : StatusCode.FailedPrecondition, e.Message));
        }
    }

    private static Dictionary<string, object>? Properties(ByteString encoded) => encoded.IsEmpty ? null : AmqpProperties.Decode(encoded);
}
