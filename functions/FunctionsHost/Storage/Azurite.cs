using System.Net;
using System.Net.Sockets;

namespace FunctionsHosting.Storage;

/// <summary>Where an Azurite of our own lives.</summary>
public sealed record AzuriteOptions
{
    /// <summary>Its data, its log and the record by which it is found again.</summary>
    public required string Folder { get; init; }

    /// <summary>Keep nothing on disk; for tests and benchmarks.</summary>
    public bool InMemory { get; init; }

    /// <summary>Ports of blob, queue and table; null: free ones.</summary>
    public IReadOnlyList<int>? Ports { get; init; }
}

/// <summary>
/// The storage emulator: the npm package pinned in package.json, started on its own ports and folder, or taken over from a host that was killed.
/// It is stopped by the host that started it or took it over. It writes to disk every few seconds: killing Azurite itself loses data.
/// </summary>
public sealed class Azurite : IAsyncDisposable
{
    /// <summary>The account every Azurite has.</summary>
    internal const string Account = "devstoreaccount1";

    /// <summary>Its key; published by Microsoft and no secret.</summary>
    internal const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private const string Log = "azurite.log";

    /// <summary>As Node calls it.</summary>
    private const string PortTaken = "EADDRINUSE";

    private const int MostOtherPorts = 3;

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly string _folder;
    private readonly AzuriteRecord _record;
    private readonly Process? _process;

    private Azurite(string folder, AzuriteRecord record, Process? process) => (_folder, _record, _process) = (folder, record, process);

    public string ConnectionString =>
        $"DefaultEndpointsProtocol=http;AccountName={Account};AccountKey={Key};BlobEndpoint={Endpoint(0)};QueueEndpoint={Endpoint(1)};TableEndpoint={Endpoint(2)};";

    /// <summary>False when a running instance is used that another living host owns.</summary>
    public bool Owned => _process is not null;

    public int ProcessId => _record.Pid;

    /// <summary>Ports of blob, queue and table.</summary>
    public IReadOnlyList<int> Ports => _record.Ports;

    /// <exception cref="HostStartException">Node, npm or the package is missing, or Azurite did not answer in time.</exception>
    public static async Task<Azurite> StartAsync(AzuriteOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        await using var turn = await FolderLock.Take(options.Folder, cancellation);
        var running = AzuriteRecord.Read(options.Folder);
        var process = running?.Process();
        if (process is not null && running!.OwnerLives())
        {
            process.Dispose();
            return new(options.Folder, running, process: null);
        }

        if (process is not null)
        {
            return await Begin(options, process, running!.Ports, cancellation);
        }

        var package = await NodePackage.Azurite(cancellation);
        for (var others = 0; ; others++)
        {
            var ports = options.Ports?.ToArray() ?? ReservedPort.Free(3);
            try
            {
                return await Begin(options, DetachedProcess.Start("node", Arguments(options, package, ports), options.Folder, Log), ports, cancellation);
            }
            catch (HostStartException taken) when (options.Ports is null && others < MostOtherPorts && taken.Message.Contains(PortTaken, StringComparison.Ordinal))
            {
                // A port that was free when it was chosen was taken meanwhile, perhaps by a connection of somebody's: there are others.
            }
        }
    }

    private static async Task<Azurite> Begin(AzuriteOptions options, Process process, int[] ports, CancellationToken cancellation)
    {
        var record = AzuriteRecord.Of(process, ports);
        record.Write(options.Folder);
        var azurite = new Azurite(options.Folder, record, process);
        try
        {
            await Task.WhenAll(ports.Select(port => azurite.WhenListening(process, port, cancellation)));
            return azurite;
        }
        catch
        {
            await azurite.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the instance of a folder that no living host owns; used before the folder is emptied.</summary>
    /// <exception cref="HostStartException">A running host owns it.</exception>
    public static async Task StopLeftOver(string folder, CancellationToken cancellation = default)
    {
        var record = AzuriteRecord.Read(folder);
        using var process = record?.Process();
        if (process is null)
        {
            return;
        }

        if (record!.OwnerLives())
        {
            throw new HostStartException($"A local host is running (process {record.OwnerPid}); stop it first.");
        }

        await DetachedProcess.Stop(process, cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        using var process = _process;
        if (process is not null)
        {
            await DetachedProcess.Stop(process, CancellationToken.None);
            AzuriteRecord.Delete(_folder);
        }
    }

    private static IReadOnlyList<string> Arguments(AzuriteOptions options, string package, int[] ports) =>
    [
        package,
        "--blobHost", "127.0.0.1", "--blobPort", $"{ports[0]}",
        "--queueHost", "127.0.0.1", "--queuePort", $"{ports[1]}",
        "--tableHost", "127.0.0.1", "--tablePort", $"{ports[2]}",
        "--disableTelemetry", "--silent", "--skipApiVersionCheck", "--loose",
        .. options.InMemory ? new[] { "--inMemoryPersistence" } : ["--location", options.Folder],
    ];

    private async Task WhenListening(Process process, int port, CancellationToken cancellation)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port, cancellation);
                return;
            }
            catch (SocketException e) when (process.HasExited || Stopwatch.GetElapsedTime(began) > StartLimit)
            {
                var problem = process.HasExited
                    ? $"ended at once with exit code {process.ExitCode}"
                    : $"did not listen on port {port} within {StartLimit.TotalSeconds} s";
                var log = Path.Combine(_folder, Log);
                var end = string.Join(Environment.NewLine, File.Exists(log) ? File.ReadLines(log).TakeLast(10) : []);
                throw new HostStartException($"Azurite {problem}. Its output ends with:{Environment.NewLine}{end}", e);
            }
            catch (SocketException)
            {
                // Not yet.
            }
        }
    }

    private string Endpoint(int service) => $"http://127.0.0.1:{Ports[service]}/{Account}";
}

/// <summary>A running Azurite, as its folder's pid file tells it: the process, who owns it, and its ports (blob, queue, table).</summary>
internal sealed record AzuriteRecord(int Pid, DateTimeOffset Started, int OwnerPid, DateTimeOffset OwnerStarted, int[] Ports)
{
    private static readonly Process Me = System.Diagnostics.Process.GetCurrentProcess();

    /// <summary>An Azurite of this process.</summary>
    public static AzuriteRecord Of(Process process, int[] ports) => new(process.Id, process.StartTime, Me.Id, Me.StartTime, ports);

    public static AzuriteRecord? Read(string folder) => JsonFile.Read<AzuriteRecord>(PathIn(folder));
    public static void Delete(string folder) => File.Delete(PathIn(folder));
    public void Write(string folder) => JsonFile.Write(PathIn(folder), this);

    /// <summary>The living process, or null: a process id alone may have been given to another program since.</summary>
    public Process? Process() => DetachedProcess.Find(Pid, Started);

    public bool OwnerLives()
    {
        using var owner = DetachedProcess.Find(OwnerPid, OwnerStarted);
        return owner is not null;
    }

    private static string PathIn(string folder) => Path.Combine(folder, "azurite.pid.json");
}
