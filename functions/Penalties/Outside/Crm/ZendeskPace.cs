using System.Net;
using System.Threading.RateLimiting;

namespace Penalties.Outside.Crm;

/// <summary>
/// Keeps all cases together within the pace Zendesk allows: updates a minute for the account, updates in ten minutes for one ticket, and
/// silence for as long as a 429 asks. Real time. Each instance of the app keeps a pace of its own: with more than one, the settings are each one's share.
/// Source: developer.zendesk.com, rate limits.
/// </summary>
public sealed class ZendeskPace(IOptions<ZendeskOptions> options) : IDisposable
{
    private const string Code = "rate_limited";

    /// <summary>What a 429 that does not say how long means.</summary>
    private static readonly TimeSpan UsualSilence = TimeSpan.FromSeconds(10);

    private readonly SlidingWindowRateLimiter _account = Limiter(options.Value.UpdatesPerMinute, TimeSpan.FromMinutes(1));

    private readonly PartitionedRateLimiter<string> _tickets = PartitionedRateLimiter.Create<string, string>(ticket => RateLimitPartition.Get(
        ticket, _ => Limiter(options.Value.UpdatesPerTicket, TimeSpan.FromMinutes(10))));

    private readonly TimeSpan _patience = options.Value.Patience;
    private readonly Lock _gate = new();
    private DateTimeOffset _silentUntil;

    /// <summary>Comes back when this ticket may be updated.</summary>
    /// <exception cref="OutsideSystemUnavailableException">It may not for longer than is worth waiting: the step is taken again later.</exception>
    public async Task UntilUpdateAllowed(string ticket, CancellationToken cancellation)
    {
        await UntilCallAllowed(cancellation);
        await Permit(patience => _tickets.AcquireAsync(ticket, 1, patience), cancellation);
        await Permit(patience => _account.AcquireAsync(1, patience), cancellation);
    }

    /// <inheritdoc cref="UntilUpdateAllowed"/>
    public async Task UntilCallAllowed(CancellationToken cancellation)
    {
        TimeSpan silence;
        lock (_gate)
        {
            silence = _silentUntil - TimeProvider.System.GetUtcNow();
        }

        if (silence > _patience)
        {
            throw new OutsideSystemUnavailableException(OutsideSystems.Crm, "wait", Code);
        }

        if (silence > TimeSpan.Zero)
        {
            await Task.Delay(silence, TimeProvider.System, cancellation);
        }
    }

    /// <summary>Hears a 429: nobody calls before it says so.</summary>
    public void Heard(HttpResponseMessage answer)
    {
        if (answer.StatusCode is not HttpStatusCode.TooManyRequests)
        {
            return;
        }

        var now = TimeProvider.System.GetUtcNow();
        var until = answer.Headers.RetryAfter switch
        {
            { Delta: { } delta } => now + delta,
            { Date: { } date } => date,
            _ => now + UsualSilence,
        };
        lock (_gate)
        {
            _silentUntil = until > _silentUntil ? until : _silentUntil;
        }
    }

    public void Dispose()
    {
        _account.Dispose();
        _tickets.Dispose();
    }

    private async Task Permit(Func<CancellationToken, ValueTask<RateLimitLease>> ask, CancellationToken cancellation)
    {
        // Whoever gives up leaves the limiter's queue, and uses up nothing.
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_patience);
        try
        {
            using var lease = await ask(patience.Token);
            if (lease.IsAcquired)
            {
                return;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // Too long for a step to wait.
        }

        throw new OutsideSystemUnavailableException(OutsideSystems.Crm, "wait", Code);
    }

    private static SlidingWindowRateLimiter Limiter(int permits, TimeSpan window) => new(new()
    {
        PermitLimit = permits,
        Window = window,
        SegmentsPerWindow = 20,
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        AutoReplenishment = true,
    });
}
