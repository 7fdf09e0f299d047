using System.Diagnostics;
using System.Globalization;
using FunctionsHosting.Storage;

namespace FunctionsHosting.Storage;

/// <summary>
/// The storage emulator: the npm package pinned in package.json, started on its own ports and folder, or taken over from a host that was killed.
/// It is stopped by the host that started it or took it over. It writes to disk every few seconds: killing Azurite itself loses data.
/// </summary>
public sealed class Azurite : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(20);

    private readonly AzuriteOptions _options;
    private readonly AzuriteRecord _record;
    private readonly Process? _process;

    private Azurite(AzuriteOptions options, AzuriteRecord record, Process? process)
    {
        _options = options;
        _record = record;
        _process = process;
    }

    public string ConnectionString => _record.ConnectionString;

    /// <summary>False when a running instance is used that another living host owns.</summary>
    public bool Owned => _process is not null;

    public int ProcessId => _record.Pid;

    /// <summary>Ports of blob, queue and table.</summary>
    public IReadOnlyList<int> Ports => _record.Ports;

    /// <exception cref="HostStartException">Node, npm or the package is missing, or Azurite did not answer in time.</exception>
    public static async Task<Azurite> StartAsync(AzuriteOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Directory.CreateDirectory(options.Folder);
        await using var turn = await FolderLock.Take(options.Folder, cancellation);
        if (AzuriteRecord.Read(options.Folder) is { } running && running.Process() is { } process)
        {
            if (running.OwnerLives)
            {
                process.Dispose();
                return new(options, running, process: null);
            }

            var adopted = running with { OwnerPid = Environment.ProcessId, OwnerStarted = ProcessStart.OfThisProcess };
            adopted.Write(options.Folder);
            return new(options, adopted, process);
        }

        var package = await NodePackage.Azurite(cancellation);
        return await Launch(options, package, cancellation);
    }

    /// <summary>Stops the instance of a folder that no living host owns; used before the folder is emptied.</summary>
    /// <exception cref="HostStartException">A running host owns it.</exception>
    public static async Task StopLeftOver(string folder, CancellationToken cancellation = default)
    {
        if (AzuriteRecord.Read(folder) is not { } record || record.Process() is not { } process)
        {
            return;
        }

        using (process)
        {
            if (record.OwnerLives)
            {
                throw new HostStartException(
                    string.Create(CultureInfo.InvariantCulture, $"A local host is running (process {record.OwnerPid}); stop it first."));
            }

            await GracefulStop.Stop(process, StopLimit, cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        using (_process)
        {
            await GracefulStop.Stop(_process, StopLimit, CancellationToken.None);
        }

        AzuriteRecord.Delete(_options.Folder);
    }

    private static async Task<Azurite> Launch(AzuriteOptions options, string package, CancellationToken cancellation)
    {
        var ports = options.Ports?.ToArray() ?? FreePorts.Take(3);
        var log = Path.Combine(options.Folder, "azurite.log");
        var process = DetachedProcess.Start("node", Arguments(options, package, ports), options.Folder, log);
        var record = AzuriteRecord.Of(process, ports);
        record.Write(options.Folder);
        var azurite = new Azurite(options, record, process);
        try
        {
            foreach (var port in ports)
            {
                await Readiness.WhenListening(port, process, "Azurite", log, StartLimit, cancellation);
            }

            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    private static IReadOnlyList<string> Arguments(AzuriteOptions options, string package, int[] ports) =>
    [
        package,
        "--blobHost", "127.0.0.1", "--blobPort", Text(ports[0]),
        "--queueHost", "127.0.0.1", "--queuePort", Text(ports[1]),
        "--tableHost", "127.0.0.1", "--tablePort", Text(ports[2]),
        "--disableTelemetry", "--silent", "--skipApiVersionCheck", "--loose",
        .. options.InMemory ? new[] { "--inMemoryPersistence" } : ["--location", options.Folder],
    ];

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);
}
