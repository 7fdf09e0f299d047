using System.Globalization;
using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

#pragma warning disable CS0618 // The lock manager is "not ready for public consumption": it is the one that the Functions host and its extensions use.

/// <summary>
/// By which clock a task hub lives: real time, which any number of hosts share, or one host's own. A lease in the storage says so, with its owner's
/// name: see "Whose clock a hub lives by" in this folder's README.md.
/// </summary>
internal sealed partial class HubClaim : IAsyncDisposable
{
    /// <summary>After that time a killed host is forgotten.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(300);

    private readonly IDistributedLockManager _locks;
    private readonly string _account;
    private readonly string _hub;
    private readonly Owner _self;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private IDistributedLock? _lease;
    private Task _keeping = Task.CompletedTask;

    private HubClaim(IDistributedLockManager locks, string account, string hub, Owner self, ILogger logger)
    {
        _locks = locks;
        _account = account;
        _hub = hub;
        _self = self;
        _logger = logger;
    }

    private string LockId => $"functionshost/{_hub.ToLowerInvariant()}/clock";

    /// <exception cref="HostStartException">The hub lives by another host's clock, or by real time and this host does not.</exception>
    public static async Task<HubClaim> TakeAsync(
        IDistributedLockManager locks, string account, string hub, string workerId, bool inRealTime, ILogger logger, CancellationToken cancellation)
    {
        var claim = new HubClaim(locks, account, hub, new(inRealTime, workerId), logger);
        var other = await claim.Take(cancellation);
        if (other is not null)
        {
            // Somebody that has just come may not have written its name yet.
            await Task.Delay(SecondLook, TimeProvider.System, cancellation);
            other = await claim.Take(cancellation);
        }

        if (other is not null)
        {
            throw new HostStartException(claim.Refusal(other));
        }

        claim._keeping = claim.Keep();
        return claim;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _keeping;
        _stop.Dispose();
        if (_lease is not null)
        {
            using var limit = new CancellationTokenSource(Renewal);
            try
            {
                await _locks.ReleaseLockAsync(_lease, limit.Token);
            }
            catch (Exception e)
            {
                NotReleased(_logger, e, _hub, Period);
            }
        }
    }

    [LoggerMessage(LogLevel.Warning, "The claim to the task hub {Hub} could not be given back; it ends within {Period}")]
    private static partial void NotReleased(ILogger logger, Exception error, string hub, TimeSpan period);

    [LoggerMessage(LogLevel.Warning, "The claim to the task hub {Hub} could not be renewed; tried again in {Pause}")]
    private static partial void NotRenewed(ILogger logger, Exception error, string hub, TimeSpan pause);

    [LoggerMessage(LogLevel.Error, "{Refusal}")]
    private static partial void Lost(ILogger logger, string refusal);

    /// <returns>Whoever stands in the way; null when the claim is ours, or shared.</returns>
    private async Task<Owner?> Take(CancellationToken cancellation)
    {
        _lease = await _locks.TryLockAsync(_account, LockId, _self.ToString(), proposedLeaseId: null, Period, cancellation);
        if (_lease is not null)
        {
            return null;
        }

        // No name: given back at this moment; the next round takes it. Our own: from before this host was killed.
        var owner = Owner.Parse(await _locks.GetLockOwnerAsync(_account, LockId, cancellation));
        return owner is null || owner.Worker == _self.Worker || (owner.InRealTime && _self.InRealTime) ? null : owner;
    }

    private async Task Keep()
    {
        using var round = new PeriodicTimer(Renewal);
        try
        {
            while (await round.WaitForNextTickAsync(_stop.Token))
            {
                await Renew();
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Given back by whoever stopped it.
        }
    }

    private async Task Renew()
    {
        var held = _lease;
        try
        {
            if (held is not null)
            {
                await _locks.RenewAsync(held, _stop.Token);
            }
            else if (await Take(_stop.Token) is { } other)
            {
                Lost(_logger, Refusal(other));
            }
        }
        catch (Exception e)
        {
            if (!_stop.IsCancellationRequested) // else the call was cut off by the stop, whatever it says
            {
                NotRenewed(_logger, e, _hub, Renewal);
                _lease = null; // taken anew, if it is still ours to take
            }
        }
    }

    private string Refusal(Owner other)
    {
        var theirs = other.InRealTime ? "in real time" : "on a clock of its own";
        var ours = _self.InRealTime ? "in real time" : "on a clock of its own";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"The host {other.Worker} works on the task hub {_hub} {theirs}, this one is to work {ours}: hosts share a hub in real time only. "
            + $"Stop that host (one that was killed is forgotten after {Period.TotalSeconds} s), or use another hubName or storage.");
    }

    private sealed record Owner(bool InRealTime, string Worker)
    {
        private const string Real = "real";
        private const string Own = "own";

        public static Owner? Parse(string? text) => text?.Split(' ', 2) is [var clock, var worker] ? new(clock == Real, worker) : null;

        public override string ToString() => $"{(InRealTime ? Real : Own)} {Worker}";
    }
}
