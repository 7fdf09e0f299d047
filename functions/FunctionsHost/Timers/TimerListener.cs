using FunctionsHosting.Configuration;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Logging;

// The lock manager is public and marked as not ready for everybody; it is what the official host takes its timer locks with.
#pragma warning disable CS0618

namespace FunctionsHosting.Timers;

/// <summary>
/// Runs a timer function on one of the hosts that share a storage, as Azure does: on the one that holds the function's lock. The others keep
/// asking for it, and one of them goes on when the holder is gone.
/// </summary>
/// <param name="function">The function.</param>
/// <param name="create">Makes it ready to run.</param>
/// <param name="locks">Locks in the storage; null where this host is alone.</param>
/// <param name="lockId">The lock's name.</param>
/// <param name="log">Told of locks lost.</param>
internal sealed partial class TimerListener(
    FunctionEntry function, Func<TimerFunction> create, IDistributedLockManager? locks, string lockId, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly string _owner = Guid.NewGuid().ToString("N");
    private IDistributedLock? _lock;
    private TimerFunction? _running;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Arms the function where its lock is free; keeps lock or question up from then on.</summary>
    public async Task Start()
    {
        if (locks is null)
        {
            Arm();
            return;
        }

        await Ask(locks);
        _keeping = Keep(locks);
    }

    /// <summary>Waits for a run under way, then lets the next host have the lock.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        if (_running is { } running)
        {
            await running.DisposeAsync();
        }

        if (_lock is { } held)
        {
            await Release(held);
        }

        _stop.Dispose();
    }

    private void Arm()
    {
        _running = create();
        _running.Start();
    }

    private async Task Keep(IDistributedLockManager manager)
    {
        while (true)
        {
            await Task.Delay(Renewal, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            if (_lock is null)
            {
                await Ask(manager);
            }
            else if (!await Renew(manager, _lock))
            {
                LogLost(log, function.Name);
                _lock = null;
                if (_running is { } running)
                {
                    _running = null;
                    await running.DisposeAsync();
                }
            }
        }
    }

    private async Task Ask(IDistributedLockManager manager)
    {
        try
        {
            _lock = await manager.TryLockAsync(account: null, lockId, _owner, proposedLeaseId: null, Lease, _stop.Token);
            if (_lock is not null)
            {
                Arm();
            }
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            LogNotAsked(log, function.Name, e);
        }
        catch (OperationCanceledException)
        {
            // The host stops.
        }
    }

    /// <summary>A storage that does not answer takes the lock away: another host may have it by now.</summary>
    private async Task<bool> Renew(IDistributedLockManager manager, IDistributedLock held)
    {
        try
        {
            return await manager.RenewAsync(held, _stop.Token);
        }
        catch (Exception e) when (!_stop.IsCancellationRequested)
        {
            LogNotAsked(log, function.Name, e);
            return false;
        }
        catch (OperationCanceledException)
        {
            return true;
        }
    }

    private async Task Release(IDistributedLock held)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await locks!.ReleaseLockAsync(held, limit.Token);
        }
        catch (Exception e)
        {
            // It ends by itself within a minute.
            LogNotReleased(log, function.Name, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Timer function {Function} is stopped on this host: its lock could not be renewed")]
    private static partial void LogLost(ILogger log, string function);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The storage did not answer for the lock of timer function {Function}")]
    private static partial void LogNotAsked(ILogger log, string function, Exception exception);

    [LoggerMessage(Level = LogLevel.Information, Message = "The lock of timer function {Function} could not be released; it ends by itself")]
    private static partial void LogNotReleased(ILogger log, string function, Exception exception);
}
