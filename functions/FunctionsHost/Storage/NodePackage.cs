using System.ComponentModel;

namespace FunctionsHosting.Storage;

/// <summary>Finds a pinned npm package at the repository's root, and installs the root's packages once where it is missing.</summary>
internal static class NodePackage
{
    /// <summary>Path of Azurite's script.</summary>
    /// <exception cref="HostStartException">node or npm is missing, or the installation failed.</exception>
    public static async Task<string> Azurite(CancellationToken cancellation)
    {
        var script = Path.Combine(RepositoryRoot.Path, "node_modules", "azurite", "dist", "src", "azurite.js");
        await Run("node", ["--version"], Stream.Null, cancellation);
        if (File.Exists(script))
        {
            return script;
        }

        await using var turn = await FolderLock.Take(RepositoryRoot.DataFolder, cancellation);
        if (!File.Exists(script))
        {
            // Standard output belongs to the host's own answers, so progress goes to standard error.
            await Console.Error.WriteLineAsync("Installing the pinned npm packages (once): npm ci");
            await Run("npm", ["ci", "--no-audit", "--no-fund"], Console.OpenStandardError(), cancellation);
        }

        return File.Exists(script) ? script : throw new HostStartException($"npm ci has not installed Azurite at {script}.");
    }

    private static async Task Run(string command, string[] arguments, Stream output, CancellationToken cancellation)
    {
        // npm is a script on Windows, which only a shell starts.
        var start = OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd.exe", ["/c", command, .. arguments]) : new(command, arguments);
        start.WorkingDirectory = RepositoryRoot.Path;
        start.RedirectStandardOutput = true;
        try
        {
            using var process = Process.Start(start)!;
            await process.StandardOutput.BaseStream.CopyToAsync(output, cancellation);
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode != 0)
            {
                throw new HostStartException(
                    $"{command} {string.Join(' ', arguments)} failed with exit code {process.ExitCode} in {RepositoryRoot.Path}.");
            }
        }
        catch (Win32Exception e)
        {
            throw new HostStartException(
                $"The command '{command}' was not found. Install Node.js 20 or newer, or set AzureWebJobsStorage to the connection string of a "
                + "storage that runs.",
                e);
        }
    }
}
