using Penalties.Outside;
using Penalties.Outside.Sms;

namespace Penalties.Sweeps;

/// <summary>Looks every morning, before the send window opens, whether the SMS provider's account will last; below the limit it warns and health tells.</summary>
public sealed partial class CheckSmsBalance(ISmsProvider sms, SmsBalance balance, CaseMetrics metrics, IOptions<SmsOptions> options, ILogger<CheckSmsBalance> log)
{
    /// <summary>08:20 KST.</summary>
    private const string EveryMorning = "0 20 23 * * *";

    [Function(nameof(CheckSmsBalance))]
    public async Task Run([TimerTrigger(EveryMorning)] TimerInfo timer, CancellationToken cancellation)
    {
        try
        {
            if (await sms.Balance(cancellation) is not { } won)
            {
                return;
            }

            var isLow = won < options.Value.LowBalance;
            await balance.Write(won, isLow, cancellation);
            metrics.Balance((long)won);
            if (isLow)
            {
                LogLow(log, won, options.Value.LowBalance);
            }
        }
        catch (OutsideSystemUnavailableException away)
        {
            LogAway(log, away.Code);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The SMS provider's balance is {Won} won, below {LowBalance}: texts will fail when it is used up")]
    private static partial void LogLow(ILogger log, decimal won, int lowBalance);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The SMS provider does not tell its balance ({Code})")]
    private static partial void LogAway(ILogger log, string code);
}
