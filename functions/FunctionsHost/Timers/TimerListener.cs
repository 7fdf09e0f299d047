using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Timers;

#pragma warning disable CS0618 // The lock manager: see HeldLock.

/// <summary>
/// Runs a timer function on one of the hosts that share a storage, as Azure does: on the one that holds the function's lock. The others keep
/// asking for it, and one of them goes on when the holder is gone. Without locks this host is alone.
/// </summary>
internal sealed class TimerListener(
    FunctionEntry function, Func<TimerFunction> create, IDistributedLockManager? locks, string lockId, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    private IAsyncDisposable? _running;

    public async Task Start()
    {
        if (locks is null)
        {
            _running = Begin();
            return;
        }

        var held = new HeldLock(locks, account: null, lockId, Guid.NewGuid().ToString("N"), Lease, $"timer function {function.Name}", log) { WhenWon = Begin };
        _running = held;
        await held.Keep();
    }

    /// <summary>Waits for a run under way, then lets the next host have the lock.</summary>
    public ValueTask DisposeAsync() => _running?.DisposeAsync() ?? ValueTask.CompletedTask;

    private TimerFunction Begin()
    {
        var timer = create();
        timer.Start();
        return timer;
    }
}
