namespace FunctionsHosting.Storage;

/// <summary>Lets one process at a time start what lives in a folder. The lock ends with the process, however that ends.</summary>
internal static class FolderLock
{
    public static async Task<IAsyncDisposable> Take(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(folder, ".lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (e.GetType() == typeof(IOException))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, cancellation);
            }
        }
    }
}
