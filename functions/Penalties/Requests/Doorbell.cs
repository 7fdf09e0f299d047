using Microsoft.DurableTask;

namespace Penalties.Requests;

/// <summary>
/// Waits for a knock or an alarm. One waiter, held across loops and never cancelled: a cancelled or a second one would swallow a knock. A timer
/// that lost is cancelled, so that it keeps no instance running.
/// </summary>
internal sealed class Doorbell(TaskOrchestrationContext context)
{
    private Task _knock = context.WaitForExternalEvent<object?>(CaseStarter.CaseChanged);

    /// <param name="alarm">Null: only a knock can help.</param>
    public async Task Wait(DateTimeOffset? alarm)
    {
        if (alarm is { } at && !_knock.IsCompleted)
        {
            using var heard = new CancellationTokenSource();
            await Task.WhenAny(_knock, context.CreateTimer(at.UtcDateTime, heard.Token));
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
