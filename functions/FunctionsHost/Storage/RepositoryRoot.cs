namespace FunctionsHosting.Storage;

/// <summary>The folder that holds <c>package.json</c> and <c>Functions.sln</c>, and in it the local host's own data.</summary>
internal static class RepositoryRoot
{
    public static string Path => field ??= Above(AppContext.BaseDirectory) ?? Above(Directory.GetCurrentDirectory())
        ?? throw new HostStartException(
            $"No folder above {AppContext.BaseDirectory} or the current one holds Functions.sln; run the host from a clone of the repository.");

    /// <summary>Broker, Azurite and clock data; git-ignored, emptied by <c>clean</c>.</summary>
    public static string DataFolder => System.IO.Path.Combine(Path, ".local");

    private static string? Above(string? folder) =>
        folder is null || File.Exists(System.IO.Path.Combine(folder, "Functions.sln")) ? folder : Above(System.IO.Path.GetDirectoryName(folder));
}
