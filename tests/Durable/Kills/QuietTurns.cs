namespace Durable.Tests.Kills;

/// <summary>
/// One after the other, each when all that can run has run. The process has one thread for its work (see <see cref="KilledHost"/>), so that this is
/// when nothing is queued for it: whoever gets the turn finds the same state in every run.
/// </summary>
internal sealed class QuietTurns
{
    private readonly SemaphoreSlim _one = new(1);
    private int _waiting;

    /// <summary>Completes when nobody wants a turn any more.</summary>
    public async Task WhenNobodyWaits()
    {
        while (await TakeAsync(() => Task.FromResult(_waiting > 0)))
        {
        }
    }

    public async Task<T> TakeAsync<T>(Func<Task<T>> work)
    {
        _waiting++;
        await _one.WaitAsync();
        _waiting--;
        try
        {
            do
            {
                await Task.Yield();
            }
            while (ThreadPool.PendingWorkItemCount > 0);

            return await work();
        }
        finally
        {
            _one.Release();
        }
    }
}
