using Azure.Messaging.ServiceBus;

namespace Bench.Ground;

/// <summary>A broker in a process of its own, see <see cref="BrokerAlone"/>; and Microsoft's clients of it.</summary>
internal sealed class BrokerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo? _folder;

    private BrokerProcess(Process process, DirectoryInfo? folder, string connectionString) => (_process, _folder, ConnectionString) = (process, folder, connectionString);

    public string ConnectionString { get; }

    public static Task<BrokerProcess> InMemory(CancellationToken cancellation) => Start(null, cancellation);

    public static Task<BrokerProcess> Durable(CancellationToken cancellation) => Start(Directory.CreateTempSubdirectory("bench-"), cancellation);

    /// <summary>A client with a connection of its own. It does not try again: what is lost is not hidden in a rate.</summary>
    public ServiceBusClient Client() => new(ConnectionString, new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0 } });

    /// <summary>Bytes that the broker holds, after full collections.</summary>
    public async Task<long> Memory(CancellationToken cancellation)
    {
        await _process.StandardInput.WriteLineAsync(ReadOnlyMemory<char>.Empty, cancellation);
        return long.Parse(await Told(_process, cancellation), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await DetachedProcess.Stop(_process, CancellationToken.None);
        _process.Dispose();
        _folder?.Delete(recursive: true);
    }

    private static async Task<BrokerProcess> Start(DirectoryInfo? folder, CancellationToken cancellation)
    {
        IEnumerable<string> arguments =
        [
            typeof(BrokerAlone).Assembly.Location, BrokerAlone.Name,
            .. folder is null ? [] : new[] { "--file", Path.Combine(folder.FullName, "servicebus.db") },
        ];
        var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        return new(process, folder, await Told(process, cancellation));
    }

    private static async Task<string> Told(Process process, CancellationToken cancellation) =>
        await process.StandardOutput.ReadLineAsync(cancellation) ?? throw new NotMeasuredException("The broker's process ended.");
}
