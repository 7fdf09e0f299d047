using Microsoft.DurableTask;

namespace Penalties.Requests;

/// <summary>
/// Waits for a knock or an alarm. One waiter, held across loops and never cancelled: a cancelled or a second one would swallow a knock. A timer
/// that lost is cancelled, so that it keeps no instance running.
/// </summary>
internal sealed class Doorbell(TaskOrchestrationContext context)
{
    /// <summary>
    /// The worker cuts waits of more than three days by its own clock, which is not the business clock. Just below that, so that the three days of a
    /// promise are one wait for whoever asked after nine in the morning; a look in between costs one reading.
    /// </summary>
    private static readonly TimeSpan Longest = TimeSpan.FromHours(71);

    private Task _knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);

    /// <param name="alarm">From when the case was read; null: only a knock can help.</param>
    public async Task Wait(TimeSpan? alarm)
    {
        if (alarm is { } wait && !_knock.IsCompleted)
        {
            using var heard = new CancellationTokenSource();
            await Task.WhenAny(_knock, context.CreateTimer(wait < Longest ? wait : Longest, heard.Token));
            heard.Cancel();
        }
        else
        {
            await _knock;
        }

        // Every knock that came so far says the same: look. One look answers them all.
        while (_knock.IsCompleted)
        {
            _knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);
        }
    }
}
