using System.Globalization;
using Azure.Messaging.ServiceBus;

namespace Penalties.Blocking;

/// <summary>The two queues a block goes through. Messages carry ids only.</summary>
public sealed class BlockQueues(ServiceBusClient client)
{
    public const string Commands = "driver-blocks";
    public const string Results = "driver-block-results";
    public const string DeadCommands = Commands + "/$DeadLetterQueue";
    public const string DeadResults = Results + "/$DeadLetterQueue";

    /// <summary>Setting that names the namespace, as the triggers and the sender use it.</summary>
    public const string Connection = "ServiceBusConnection";

    private readonly ServiceBusSender _commands = client.CreateSender(Commands);
    private readonly ServiceBusSender _results = client.CreateSender(Results);

    public Task Send(BlockCommand command, CancellationToken cancellation, DateTimeOffset? notBefore = null)
    {
        var message = new ServiceBusMessage(BinaryData.FromObjectAsJson(command))
        {
            MessageId = string.Create(CultureInfo.InvariantCulture, $"{command.CaseId}-block-{command.Attempt}-{command.Delivery}"),
            CorrelationId = command.CaseId,
            Subject = nameof(BlockCommand),
            ContentType = "application/json",
        };
        if (notBefore is { } instant)
        {
            message.ScheduledEnqueueTime = instant;
        }

        return _commands.SendMessageAsync(message, cancellation);
    }

    public Task Send(BlockResult result, CancellationToken cancellation) => _results.SendMessageAsync(
        new ServiceBusMessage(BinaryData.FromObjectAsJson(result))
        {
            MessageId = string.Create(CultureInfo.InvariantCulture, $"{result.CaseId}-block-result-{result.Attempt}"),
            CorrelationId = result.CaseId,
            Subject = nameof(BlockResult),
            ContentType = "application/json",
        },
        cancellation);
}

/// <param name="Attempt">1, 2, …: decided by the case's state.</param>
/// <param name="Delivery">1, 2, …: counts the times the command was put back because the driver admin was away.</param>
public sealed record BlockCommand(string CaseId, int Attempt, int Delivery = 1);

/// <param name="BlockedAt">When the driver admin had blocked both directions; null when it refused.</param>
/// <param name="RefusedWith">A code of ours; null when blocked.</param>
public sealed record BlockResult(string CaseId, int Attempt, DateTimeOffset? BlockedAt, string? RefusedWith);
