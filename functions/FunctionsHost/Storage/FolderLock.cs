namespace FunctionsHosting.Storage;

/// <summary>Lets one process at a time start what lives in a folder. The lock ends with the process, however that ends.</summary>
internal static class FolderLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public static async Task<IAsyncDisposable> Take(string folder, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException))
            {
                await Task.Delay(Pause, TimeProvider.System, cancellation);
            }
        }
    }
}
