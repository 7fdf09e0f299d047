using Azure.Messaging.ServiceBus;
using Penalties.Outside;

namespace Penalties.Blocking;

/// <summary>
/// Carries out a command to block, or to lift a block, in the driver admin system and reports the result on the other queue. While the driver
/// admin or our storage is away the command is put back with a growing delay; after the last try at the driver admin, and for what no repetition
/// mends, it goes to the dead letters.
/// </summary>
public sealed partial class BlockDriver(
    CaseStore cases,
    ContactStore contacts,
    DriverAdmin admin,
    BlockQueues queues,
    IOptions<BlockOptions> options,
    [FromKeyedServices(Clocks.Business)] TimeProvider clock,
    ILogger<BlockDriver> log)
{
    [Function(nameof(BlockDriver))]
    public async Task Run(
        [ServiceBusTrigger(BlockQueues.Commands, Connection = BlockQueues.Connection, AutoCompleteMessages = false)] ServiceBusReceivedMessage message,
        ServiceBusMessageActions actions,
        CancellationToken cancellation)
    {
        if (BlockCommand.From(message.Body) is not { } command)
        {
            await actions.DeadLetterMessageAsync(message, deadLetterReason: "NotABlockCommand", cancellationToken: cancellation);
            return;
        }

        try
        {
            if (await cases.Find(command.CaseId, cancellation) is not { } current)
            {
                await actions.DeadLetterMessageAsync(message, deadLetterReason: "UnknownCase", cancellationToken: cancellation);
                return;
            }

            if (command.Attempt < current.BlockCommand)
            {
                // Delivered once more, or late: carried out now it would undo what a later command did.
                LogOvertaken(log, command.CaseId, command.Attempt, current.BlockCommand);
            }
            else if (command.Lifts == 0 && current.IsHeld)
            {
                // Ordered before the driver was in doubt, and not given up: who decides says whether it is carried out.
                await PutBack(command, "difference_open", cancellation);
            }
            else
            {
                await queues.Send(await Carry(command, current, cancellation) with { Replay = command.Replay }, cancellation);
            }
        }
        catch (OutsideSystemUnavailableException away) when (command.Delivery >= options.Value.Attempts)
        {
            LogGivenUp(log, command.CaseId, command.Delivery, away.Code);
            await actions.DeadLetterMessageAsync(
                message, deadLetterReason: "AttemptsExhausted", deadLetterErrorDescription: away.Code, cancellationToken: cancellation);
            return;
        }
        catch (OutsideSystemUnavailableException away)
        {
            await PutBack(command, away.Code, cancellation);
        }
        catch (Exception fault) when (StorageFault.Is(fault))
        {
            // Not given up: who would mark the case needs the same storage. The case's own limit for a block decides.
            await PutBack(command, "storage_unavailable", cancellation);
        }

        await actions.CompleteMessageAsync(message, cancellation);
    }

    private async Task<BlockResult> Carry(BlockCommand command, PenaltyCase current, CancellationToken cancellation)
    {
        if (command.Lifts > 0)
        {
            return await Lift(command, cancellation);
        }

        if (await contacts.Find(current, cancellation) is not { } customer)
        {
            return new(command.CaseId, command.Attempt, null, "contact_purged");
        }

        var key = BlockCommand.KeyOf(command.CaseId, command.Attempt);
        var block = await admin.Block(key, current.Complaint.DriverId, customer.CustomerId, cancellation);
        return new(command.CaseId, command.Attempt, block.BlockedAt, block.RefusedWith);
    }

    /// <summary>An earlier command that seemed to fail may have blocked all the same: its block is lifted with the others.</summary>
    private async Task<BlockResult> Lift(BlockCommand command, CancellationToken cancellation)
    {
        string? refusal = null;
        for (var attempt = 1; attempt <= command.Lifts; attempt++)
        {
            refusal = await admin.Unblock(BlockCommand.KeyOf(command.CaseId, attempt), cancellation) ?? refusal;
        }

        return new(command.CaseId, command.Attempt, refusal is null ? clock.GetUtcNow() : null, refusal, IsLifting: true);
    }

    /// <summary>
    /// Sends a copy for later; the caller is then done with this one. Between the two a crash leaves both; the driver admin takes the same
    /// key as the same block.
    /// </summary>
    private Task PutBack(BlockCommand command, string code, CancellationToken cancellation)
    {
        var wait = options.Value.BackOff(command.Delivery);
        LogPutBack(log, command.CaseId, command.Delivery, code, wait);
        return queues.Send(command with { Delivery = command.Delivery + 1 }, cancellation, clock.GetUtcNow() + wait);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: block try {Try} failed with {Code}, next in {Wait}")]
    private static partial void LogPutBack(ILogger log, string caseId, int @try, string code, TimeSpan wait);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Case {CaseId}: block command {Attempt} is left out, {Present} has taken its place")]
    private static partial void LogOvertaken(ILogger log, string caseId, int attempt, int present);

    [LoggerMessage(Level = LogLevel.Error, Message = "Case {CaseId}: block given up after {Tries} tries: {Code}")]
    private static partial void LogGivenUp(ILogger log, string caseId, int tries, string code);
}

/// <summary>Settings <c>Block:*</c>.</summary>
public sealed class BlockOptions
{
    public const string Section = "Block";

    public int Attempts { get; set; } = 8;

    public TimeSpan FirstBackOff { get; set; } = TimeSpan.FromSeconds(5);

    public TimeSpan LongestBackOff { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>5 s doubling to 30 minutes by default.</summary>
    public TimeSpan BackOff(int tries)
    {
        // Twenty doublings of the shortest first wait are past the longest allowed; more would overflow.
        var doubled = FirstBackOff * Math.Pow(2, Math.Min(tries - 1, 20));
        return doubled < LongestBackOff ? doubled : LongestBackOff;
    }

    internal IEnumerable<string> Problems() =>
    [
        .. SettingRules.Between($"{Section}:Attempts", Attempts, 1, 50),
        .. SettingRules.Between($"{Section}:FirstBackOff", FirstBackOff, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
        .. SettingRules.Between($"{Section}:LongestBackOff", LongestBackOff, FirstBackOff, TimeSpan.FromHours(6)),
    ];
}
