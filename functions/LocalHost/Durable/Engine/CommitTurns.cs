namespace LocalHost.Durable.Engine;

/// <summary>
/// The shards of a hub commit one after the other. Azurite is one thread, so side by side would not be faster; and what a shard gathers while it waits
/// goes in one commit instead of several.
/// </summary>
internal sealed class CommitTurns
{
    private readonly SemaphoreSlim _free = new(1);

    /// <summary>The turn is over when it is disposed; once counts, more often does no harm.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellation)
    {
        await _free.WaitAsync(cancellation);
        return new Turn(_free);
    }

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
