using System.Text.Json;
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

    /// <param name="properties">Of the message, for whoever looks at it; nothing reads them.</param>
    public Task Send(
        BlockCommand command, CancellationToken cancellation, DateTimeOffset? notBefore = null, IReadOnlyDictionary<string, object>? properties = null) =>
        _commands.SendMessageAsync(Message(command, command.CaseId, Name("block", command.Attempt, command.Delivery, command.Replay), notBefore, properties), cancellation);

    /// <inheritdoc cref="Send(BlockCommand, CancellationToken, DateTimeOffset?, IReadOnlyDictionary{string, object}?)"/>
    public Task Send(
        BlockResult result, CancellationToken cancellation, DateTimeOffset? notBefore = null, IReadOnlyDictionary<string, object>? properties = null) =>
        _results.SendMessageAsync(Message(result, result.CaseId, Name("block-result", result.Attempt, result.Delivery, result.Replay), notBefore, properties), cancellation);

    /// <summary>What a message holds, or null where it is not that: no repetition would make it so.</summary>
    internal static T? Read<T>(BinaryData body)
        where T : class
    {
        try
        {
            return body.ToObjectFromJson<T>();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>By which the queue knows a repetition: what is replayed, and put back after that, is none of what came before.</summary>
    private static string Name(string what, int attempt, int delivery, int replay) => replay == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{what}-{attempt}-{delivery}")
        : string.Create(CultureInfo.InvariantCulture, $"{what}-{attempt}-r{replay}-{delivery}");

    private static ServiceBusMessage Message<T>(T body, string caseId, string name, DateTimeOffset? notBefore, IReadOnlyDictionary<string, object>? properties)
    {
        var message = new ServiceBusMessage(BinaryData.FromObjectAsJson(body))
        {
            MessageId = $"{caseId}-{name}",
            CorrelationId = caseId,
            Subject = typeof(T).Name,
            ContentType = "application/json",
        };
        foreach (var (key, value) in properties ?? new Dictionary<string, object>())
        {
            message.ApplicationProperties[key] = value;
        }

        if (notBefore is { } instant)
        {
            message.ScheduledEnqueueTime = instant;
        }

        return message;
    }
}

/// <param name="Attempt">1, 2, …: decided by the case's state.</param>
/// <param name="Delivery">1, 2, …: grows whenever the command is put back because the driver admin or our storage was away.</param>
/// <param name="Lifts">The blocks of the commands up to this number are to be lifted; 0 for a command to block.</param>
/// <param name="Replay">1, 2, …: sent again by a person after it had become a dead letter; 0: not.</param>
public sealed record BlockCommand(string CaseId, int Attempt, int Delivery = 1, int Lifts = 0, int Replay = 0)
{
    /// <summary>The command in a message, or null when the message holds none.</summary>
    public static BlockCommand? From(BinaryData body) => BlockQueues.Read<BlockCommand>(body) is { CaseId: { Length: > 0 } } command ? command : null;

    /// <summary>What the driver admin knows a block by: the same for every repetition, and for lifting it.</summary>
    public static string KeyOf(string caseId, int attempt) => string.Create(CultureInfo.InvariantCulture, $"{caseId}-{attempt}");
}

/// <param name="BlockedAt">When the driver admin had done it, in both directions; null when it refused.</param>
/// <param name="RefusedWith">A code of ours; null when it was done.</param>
/// <param name="Delivery">1, 2, …: grows whenever the result is put back because our storage was away.</param>
/// <param name="IsLifting">The result of a command to lift.</param>
/// <param name="Replay">As a command's.</param>
public sealed record BlockResult(
    string CaseId, int Attempt, DateTimeOffset? BlockedAt, string? RefusedWith, int Delivery = 1, bool IsLifting = false, int Replay = 0)
{
    /// <summary>The result in a message, or null when the message holds none.</summary>
    public static BlockResult? From(BinaryData body) => BlockQueues.Read<BlockResult>(body) is { CaseId: { Length: > 0 } } result ? result : null;

    /// <summary>What it tells the case.</summary>
    public CaseEvent Happened() => (BlockedAt, IsLifting) switch
    {
        ({ } at, false) => new BlockConfirmed(at, Attempt),
        ({ } at, true) => new BlockLifted(at, Attempt),
        (null, false) => new BlockFailed(RefusedWith ?? "refused", Attempt),
        (null, true) => new UnblockFailed(RefusedWith ?? "refused", Attempt),
    };
}
