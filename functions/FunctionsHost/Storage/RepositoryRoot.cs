namespace FunctionsHosting.Storage;

/// <summary>The folder that holds <c>package.json</c> and <c>Functions.sln</c>, and in it the local host's own data.</summary>
internal static class RepositoryRoot
{
    private static readonly Lazy<string> Found = new(static () =>
        Above(AppContext.BaseDirectory) ?? Above(Directory.GetCurrentDirectory())
        ?? throw new HostStartException(
            $"No folder above {AppContext.BaseDirectory} or the current one holds Functions.sln; run the host from a clone of the repository."));

    public static string Path => Found.Value;

    /// <summary>Broker, Azurite and clock data; git-ignored, emptied by <c>clean</c>.</summary>
    public static string DataFolder => System.IO.Path.Combine(Path, ".local");

    private static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Functions.sln")))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
