using Microsoft.Extensions.Logging;

namespace LocalHost.Durable.Ownership;

/// <summary>
/// Whether this host owns its task hub. It waits as a standby while another one does, keeps the lease renewed while it does itself, and says when
/// it has lost it. The lease only settles who works; that nobody else writes is the epoch rows' doing. All times are real.
/// </summary>
internal sealed partial class HubOwnership : IAsyncDisposable
{
    private readonly string _hub;
    private readonly HubLease _lease;
    private readonly TimeSpan _length;
    private readonly TimeSpan _pause;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<string> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _renewing = Task.CompletedTask;
    private string? _standby;
    private bool _owns;

    /// <param name="hub">The task hub's name.</param>
    /// <param name="lease">Its lease.</param>
    /// <param name="length">The lease's length.</param>
    /// <param name="clock">Real time; a standing clock in tests.</param>
    /// <param name="log">Where people learn of it.</param>
    public HubOwnership(string hub, HubLease lease, TimeSpan length, TimeProvider clock, ILogger<HubOwnership> log)
    {
        (_hub, _lease, _length, _clock, _log) = (hub, lease, length, clock, log);
        _pause = length / 12;
    }

    /// <summary>A sentence for operators while this host waits for the hub; null otherwise.</summary>
    public string? Standby => Volatile.Read(ref _standby);

    /// <summary>Completes when this host owns the hub and its engine runs.</summary>
    public Task Began => _began.Task;

    /// <summary>Completes, with the reason, when this host owned the hub and does not any more.</summary>
    public Task<string> Lost => _lost.Task;

    /// <summary>Takes the hub where nobody else has it; false: this host is a standby from now on.</summary>
    public async Task<bool> TryTakeAsync(CancellationToken cancellation)
    {
        var asked = _clock.GetTimestamp();
        var us = HubOwner.ThisProcess(_clock.GetUtcNow());
        if (!await _lease.TryTakeAsync(us, cancellation))
        {
            var (owner, tag) = await _lease.ReadAsync(cancellation);
            var takes = owner is { HasEnded: true } && await _lease.TryBreakAsync(tag, cancellation) && await _lease.TryTakeAsync(us, cancellation);
            if (!takes)
            {
                Wait(owner);
                return false;
            }

            LogOwnerHasEnded(_log, _hub, owner!);
        }

        // The standby's sentence stays until the engine runs.
        _owns = true;
        _renewing = RenewAsync(asked);
        return true;
    }

    /// <summary>Waits as long as it takes. While the storage does not answer, too: it may be away for the owner as well.</summary>
    public async Task TakeAsync(CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(_pause, _clock, cancellation);
            try
            {
                if (await TryTakeAsync(cancellation))
                {
                    LogTakesOver(_log, _hub);
                    return;
                }
            }
            catch (Exception e) when (!cancellation.IsCancellationRequested)
            {
                // Every few seconds, for as long as the storage is away: one line each.
                LogNotAsked(_log, _hub, e.GetBaseException().Message);
            }
        }
    }

    /// <summary>The engine runs: this host is no standby any more.</summary>
    public void Begin()
    {
        Volatile.Write(ref _standby, null);
        _began.TrySetResult();
    }

    /// <summary>Renews no more and gives the lease back, so that a standby need not wait until it has run out.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _renewing;
        if (!_owns)
        {
            return;
        }

        _owns = false;
        try
        {
            await _lease.ReleaseAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            // The storage may have been stopped before this host was: nothing else follows from it.
            LogNotReleased(_log, e, _hub, _length);
        }
    }

    private void Wait(HubOwner? owner)
    {
        var sentence = $"This host waits as a standby: the task hub '{_hub}' is owned by {owner?.ToString() ?? "another host"}.";
        if (Interlocked.Exchange(ref _standby, sentence) != sentence)
        {
            LogWaits(_log, sentence);
        }
    }

    /// <summary>
    /// Half a lease from renewal to renewal; after one that failed, shorter pauses, so that several attempts fit the other half. A lease is counted
    /// from before its request was sent: the storage never thinks it shorter than we do.
    /// </summary>
    private async Task RenewAsync(long renewed)
    {
        var pause = _length / 2;
        while (true)
        {
            await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested)
            {
                return;
            }

            var asked = _clock.GetTimestamp();
            try
            {
                if (!await _lease.TryRenewAsync(_stop.Token))
                {
                    _lost.TrySetResult($"Another host has taken the task hub '{_hub}'.");
                    return;
                }

                (renewed, pause) = (asked, _length / 2);
            }
            catch (Exception e) when (!_stop.IsCancellationRequested)
            {
                var left = _length - _clock.GetElapsedTime(renewed);
                if (left <= TimeSpan.Zero)
                {
                    _lost.TrySetResult($"The lease on the task hub '{_hub}' could not be renewed for {_length:c}, and another host may have taken it.");
                    return;
                }

                LogNotRenewed(_log, e, _hub, left);
                pause = _pause < left ? _pause : left;
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sentence}")]
    private static partial void LogWaits(ILogger log, string sentence);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This host takes the task hub '{Hub}' over.")]
    private static partial void LogTakesOver(ILogger log, string hub);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The task hub '{Hub}' was owned by {Owner}, which has ended; its lease is not waited for.")]
    private static partial void LogOwnerHasEnded(ILogger log, string hub, HubOwner owner);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Who owns the task hub '{Hub}' cannot be asked ({Fault}); trying again.")]
    private static partial void LogNotAsked(ILogger log, string hub, string fault);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on the task hub '{Hub}' could not be renewed; it lasts another {Left}.")]
    private static partial void LogNotRenewed(ILogger log, Exception e, string hub, TimeSpan left);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The lease on the task hub '{Hub}' could not be given back; it runs out within {Length}.")]
    private static partial void LogNotReleased(ILogger log, Exception e, string hub, TimeSpan length);
}
