using FunctionsHosting.Broker;

namespace LocalHost.Commands;

/// <summary>Empties what the local host has kept: storage, broker, timers and clock.</summary>
internal static class CleanCommand
{
    public static Command Create()
    {
        var data = new Option<DirectoryInfo?>("--data") { Description = "The folder to empty (default: .local in the repository)" };
        var command = new Command("clean", "Empties the data of the local storage, broker and clock") { data };
        command.SetAction(async (parsed, cancellation) =>
        {
            var folder = parsed.GetValue(data)?.FullName ?? RepositoryRoot.DataFolder;
            await Clean(folder, cancellation);
            Console.WriteLine($"Emptied {folder}");
            return 0;
        });
        return command;
    }

    private static bool IsOurs(string file) =>
        Path.GetFileName(file) is "clock.json" || Path.GetFileName(file).StartsWith(BrokerOptions.FileName, StringComparison.Ordinal);

    private static void DeleteFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <exception cref="HostStartException">A running host owns the data.</exception>
    public static async Task Clean(string folder, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder))
        {
            return;
        }

        await Azurite.StopLeftOver(Path.Combine(folder, "azurite"), cancellation);
        foreach (var kept in (string[])["azurite", "timers"])
        {
            DeleteFolder(Path.Combine(folder, kept));
        }

        // The database and its journals, and the clock: nothing else that may be in a folder of the user's choice.
        foreach (var file in Directory.EnumerateFiles(folder).Where(IsOurs))
        {
            File.Delete(file);
        }
    }
}
