namespace FunctionsHosting.Broker.Wire;

/// <summary>Keeps a quiet connection alive for the peer, and notices a peer that has gone without a word.</summary>
internal sealed class IdleWatch(FrameWriter writer)
{
    /// <summary>The longest silence we ask of the peer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan ShortestPeriod = TimeSpan.FromMilliseconds(100);

    private long _lastRead = Environment.TickCount64;

    public void SawFrame() => Volatile.Write(ref _lastRead, Environment.TickCount64);

    /// <summary>Sends an empty frame twice in each of the peer's time-outs.</summary>
    /// <param name="peerMilliseconds">What the peer asked for; 0 is no time-out.</param>
    /// <param name="cancellation">Ends the watch.</param>
    /// <exception cref="AmqpFault">Nothing came for twice our own time-out.</exception>
    public async Task Run(uint peerMilliseconds, CancellationToken cancellation)
    {
        var period = peerMilliseconds == 0 ? Timeout / 2 : TimeSpan.FromMilliseconds(peerMilliseconds) / 2;
        using var timer = new PeriodicTimer(period < ShortestPeriod ? ShortestPeriod : period < Timeout / 2 ? period : Timeout / 2);
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            if (Environment.TickCount64 - Volatile.Read(ref _lastRead) > 2 * Timeout.TotalMilliseconds)
            {
                throw new AmqpFault($"The peer was silent for {2 * Timeout}.");
            }

            writer.Append(0, performative: null);
        }
    }
}
