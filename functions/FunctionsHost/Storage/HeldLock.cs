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

    /// <summary>The same every time: what could not be renewed is had again at once, if it is still ours.</summary>
    private readonly string _leaseId = Guid.NewGuid().ToString();
    private IDistributedLock? _lock;
    private IAsyncDisposable? _living;
    private Task _keeping = Task.CompletedTask;

    /// <summary>Begins what lives as long as the lock is held: ended when it is lost, or before it is given back.</summary>
    public Func<IAsyncDisposable>? WhenWon { get; init; }

    /// <summary>Told each time that another host has it.</summary>
    public Func<CancellationToken, Task> WhenRefused { get; init; } = static _ => Task.CompletedTask;

    /// <returns>Whether it is ours.</returns>
    public async Task<bool> Take(CancellationToken cancellation)
    {
        _lock = await locks.TryLockAsync(account, id, owner, _leaseId, period, cancellation);
        _living = _lock is null ? null : WhenWon?.Invoke();
        return _lock is not null;
    }

    /// <summary>The name of whoever has it; null when nobody has.</summary>
    public Task<string?> Owner(CancellationToken cancellation) => locks.GetLockOwnerAsync(account, id, cancellation)!;

    public void Keep() => _keeping = Rounds();

    /// <summary>A storage that does not answer does not stand in the way: it is asked again.</summary>
    public async Task TakeAndKeep()
    {
        await Round();
        Keep();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _stop.Dispose();
        var held = _lock;
        await Lose();
        if (held is not null)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(5));
            try
            {
                await locks.ReleaseLockAsync(held, limit.Token);
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
        using var round = new PeriodicTimer(_pause);
        try
        {
            while (await round.WaitForNextTickAsync(_stop.Token))
            {
                await Round();
            }
        }
        catch (OperationCanceledException)
        {
            // Given back by whoever stopped it.
        }
    }

    private async Task Round()
    {
        Exception? error = null;
        try
        {
            if (_lock is null)
            {
                await (await Take(_stop.Token) ? Task.CompletedTask : WhenRefused(_stop.Token));
                return;
            }

            if (await locks.RenewAsync(_lock, _stop.Token))
            {
                return;
            }
        }
        catch (Exception e)
        {
            error = e;
        }

        // Else the call was cut off by the stop, whatever it says.
        if (!_stop.IsCancellationRequested)
        {
            NotKept(log, error, what, _pause);
            await Lose();
        }
    }

    /// <summary>Another host may have it by now.</summary>
    private async Task Lose()
    {
        _lock = null;
        if (_living is { } living)
        {
            _living = null;
            await living.DisposeAsync();
        }
    }
}
