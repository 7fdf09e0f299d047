using Penalties.Outside;

namespace Penalties.Blocking;

/// <summary>
/// Asks the driver admin whether a confirmed block still stands, right before a customer is told so: people can lift it there, and nobody tells us.
/// What it says goes to the case. While it does not say anything the text waits, and the case's limit for a block decides.
/// </summary>
public sealed partial class StandingBlock(
    CaseSteps steps, DriverAdmin admin, [FromKeyedServices(Clocks.Business)] TimeProvider clock, ILogger<StandingBlock> log)
{
    /// <returns>False where the text says that the block stands, and it does not.</returns>
    /// <exception cref="OutsideSystemUnavailableException">The driver admin does not tell: the case knows it by now, and nothing may be sent.</exception>
    public async Task<bool> Allows(Claims text, PenaltyCase current, string customerId, CancellationToken cancellation)
    {
        if (!BlockCheck.IsNeeded(text))
        {
            return true;
        }

        DateTimeOffset? since;
        try
        {
            since = await admin.ApartSince(current.Complaint.DriverId, customerId, cancellation);
        }
        catch (OutsideSystemUnavailableException)
        {
            await Tell(BlockLook.NotTold, current, cancellation);
            throw;
        }

        await Tell(since is null ? BlockLook.DoesNotStand : BlockLook.Stands, current, cancellation);
        LogLooked(log, current.Id, current.BlockCommand, since is not null);
        return since is not null;
    }

    private Task Tell(BlockLook look, PenaltyCase looked, CancellationToken cancellation) => steps.Record(
        nameof(StandingBlock), looked.Id, now => BlockCheck.Tells(look, looked, now, clock.GetUtcNow()), cancellation);

    [LoggerMessage(Level = LogLevel.Information, Message = "Case {CaseId}: looked up block {Command} before a text that says it: it stands: {Stands}")]
    private static partial void LogLooked(ILogger log, string caseId, int command, bool stands);
}
