using Microsoft.Azure.WebJobs.Host;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting.Durable;

#pragma warning disable CS0618 // The lock manager: see HeldLock.

/// <summary>
/// By which clock a task hub lives: real time, which any number of hosts share, or one host's own. A lock in the storage says so, with its owner's
/// name: see "Whose clock a hub lives by" in this folder's README.md.
/// </summary>
internal sealed partial class HubClaim : IAsyncDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan SecondLook = TimeSpan.FromMilliseconds(300);

    private readonly string _hub;
    private readonly Owner _self;
    private readonly HeldLock _lock;

    private HubClaim(IDistributedLockManager locks, string account, string hub, Owner self, ILogger logger)
    {
        (_hub, _self) = (hub, self);
        _lock = new(locks, account, $"functionshost/{hub.ToLowerInvariant()}/clock", self.ToString(), Period, $"the clock of task hub {hub}", logger)
        {
            WhenRefused = name =>
            {
                if (InTheWay(name) is { } other)
                {
                    Lost(logger, Refusal(other));
                }
            },
        };
    }

    /// <exception cref="HostStartException">The hub lives by another host's clock, or by real time and this host does not.</exception>
    public static async Task<HubClaim> TakeAsync(
        IDistributedLockManager locks, string account, string hub, string workerId, bool inRealTime, ILogger logger, CancellationToken cancellation)
    {
        var claim = new HubClaim(locks, account, hub, new(inRealTime, workerId), logger);
        if (claim.InTheWay(await claim._lock.Take(cancellation)) is not null)
        {
            // Somebody that has just come may not have written its name yet.
            await Task.Delay(SecondLook, TimeProvider.System, cancellation);
            if (claim.InTheWay(await claim._lock.Take(cancellation)) is { } other)
            {
                throw new HostStartException(claim.Refusal(other));
            }
        }

        await claim._lock.Keep();
        return claim;
    }

    public ValueTask DisposeAsync() => _lock.DisposeAsync();

    [LoggerMessage(LogLevel.Error, "{Refusal}")]
    private static partial void Lost(ILogger logger, string refusal);

    /// <summary>No name: given back at this moment; the next round takes it. Our own: from before this host was killed.</summary>
    private Owner? InTheWay(string? name) => Owner.Parse(name) is { } owner && owner.Worker != _self.Worker && !(owner.InRealTime && _self.InRealTime)
        ? owner
        : null;

    private string Refusal(Owner other) =>
        $"The host {other.Worker} works on the task hub {_hub} {other.Clock}, this one is to work {_self.Clock}: hosts share a hub in real time only. "
        + $"Stop that host (one that was killed is forgotten after {Period.TotalSeconds} s), or use another hubName or storage.";

    private sealed record Owner(bool InRealTime, string Worker)
    {
        private const string Real = "real";

        public string Clock => InRealTime ? "in real time" : "on a clock of its own";

        public static Owner? Parse(string? text) => text?.Split(' ', 2) is [var clock, var worker] ? new(clock == Real, worker) : null;

        public override string ToString() => $"{(InRealTime ? Real : "own")} {Worker}";
    }
}
