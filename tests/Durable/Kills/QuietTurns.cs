namespace Durable.Tests.Kills;

/// <summary>
/// One after the other, each when all that can run has run. The process has one thread for its work (see <see cref="KilledHost"/>), so that this is
/// when nothing is queued for it: whoever gets the turn finds the same state in every run.
/// </summary>
internal sealed class QuietTurns
{
    private readonly SemaphoreSlim _one = new(1);

    public async Task<T> TakeAsync<T>(Func<Task<T>> work)
    {
        await _one.WaitAsync();
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
