using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Storage;

#pragma warning disable CS0618 // The lock manager is "not ready for public consumption": it is the one that the Functions host and its extensions use.

/// <summary>
/// A lock in the storage that one host at a time holds. Once kept, it is renewed, or asked for again while another host has it; a host that is
/// killed loses it after <paramref name="period"/>.
/// </summary>
/// <param name="owner">What the other hosts read of the one that holds it.</param>
/// <param name="what">For log lines: what is locked.</param>
internal sealed partial class HeldLock(
    IDistributedLockManager locks, string? account, string id, string owner, TimeSpan period, string what, ILogger log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly TimeSpan _pause = period / 3;
    private IDistributedLock? _lock;
    private IAsyncDisposable? _living;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Begins what lives as long as the lock is held: ended when it is lost, or before it is given back.</summary>
    public Func<IAsyncDisposable>? WhenWon { get; init; }

    /// <summary>Told the owner's name each time that another host has it.</summary>
    public Action<string>? WhenRefused { get; init; }

    /// <returns>The owner's name when another host has it; null when it is ours, or nobody's at this moment.</returns>
    public async Task<string?> Take(CancellationToken cancellation)
    {
        _lock = await locks.TryLockAsync(account, id, owner, proposedLeaseId: null, period, cancellation);
        if (_lock is null)
        {
            return await locks.GetLockOwnerAsync(account, id, cancellation);
        }

        _living = WhenWon?.Invoke();
        return null;
    }

    /// <summary>A storage that does not answer does not stand in the way: it is asked again.</summary>
    public async Task Keep()
    {
        if (_lock is null)
        {
            await Round();
        }

        _keeping = Rounds();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _stop.Dispose();
        await EndLiving();
        if (_lock is not null)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await locks.ReleaseLockAsync(_lock, limit.Token);
            }
            catch (Exception e)
            {
                NotGivenBack(log, e, what, period);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "This host is without the lock of {What}, which could not be had or renewed; tried again in {Pause}")]
    private static partial void NotKept(ILogger log, Exception? error, string what, TimeSpan pause);
    [LoggerMessage(LogLevel.Warning, "The lock of {What} could not be given back; it ends within {Period}")]
    private static partial void NotGivenBack(ILogger log, Exception error, string what, TimeSpan period);

    private async Task Rounds()
    {
        while (true)
        {
            await Task.Delay(_pause, TimeProvider.System, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            await Round();
        }
    }

    private async Task Round()
    {
        var held = _lock;
        Exception? error = null;
        try
        {
            if (held is null)
            {
                if (await Take(_stop.Token) is { } other)
                {
                    WhenRefused?.Invoke(other);
                }

                return;
            }

            if (await locks.RenewAsync(held, _stop.Token))
            {
                _living ??= WhenWon?.Invoke();
                return;
            }
        }
        catch (Exception e)
        {
            (error, held) = (e, null);
        }

        // Else the call was cut off by the stop, whatever it says.
        if (!_stop.IsCancellationRequested)
        {
            NotKept(log, error, what, _pause);
            _lock = held; // not there only now: renewed next time; refused: asked for anew
            await EndLiving();
        }
    }

    private async Task EndLiving()
    {
        if (_living is { } living)
        {
            _living = null;
            await living.DisposeAsync();
        }
    }
}
