using System.Diagnostics;
using System.Text.RegularExpressions;
using Azure.Messaging.ServiceBus;
using LocalHost.Commands;

namespace Broker.Tests;

/// <summary>The broker as a process of its own, <c>-- broker</c>, that can be killed.</summary>
internal sealed partial class BrokerProcess : IDisposable
{
    private readonly Process _process;

    private BrokerProcess(Process process, string connectionString)
    {
        _process = process;
        ConnectionString = connectionString;
        Port = int.Parse(PortOf().Match(connectionString).Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    public string ConnectionString { get; }

    public int Port { get; }

    /// <param name="data">Where its messages are kept.</param>
    /// <param name="port">0 takes a free one.</param>
    /// <param name="config">Its queues; the app's when null.</param>
    public static async Task<BrokerProcess> Start(DirectoryInfo data, int port = 0, string? config = null)
    {
        string[] arguments = ["--port", $"{port}", "--data", data.FullName, .. config is null ? [] : new[] { "--config", config }];
        var process = Run(arguments);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith("Endpoint=sb://", StringComparison.Ordinal))
            {
                // A pipe that nobody empties would hold it up.
                _ = process.StandardError.ReadToEndAsync();
                _ = process.StandardOutput.ReadToEndAsync();
                return new(process, line);
            }
        }

        throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
    }

    public static Process Run(params string[] arguments) => Process.Start(new ProcessStartInfo(
        "dotnet", [typeof(BrokerCommand).Assembly.Location, "broker", .. arguments])
    {
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    })!;

    /// <summary>A client that tries again often enough for a broker that is killed and started again.</summary>
    public ServiceBusClient Client() => new(ConnectionString, new ServiceBusClientOptions
    {
        RetryOptions = { Mode = ServiceBusRetryMode.Fixed, Delay = TimeSpan.FromMilliseconds(100), MaxRetries = 100, TryTimeout = A.Limit },
    });

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    [GeneratedRegex(@":(\d+);")]
    private static partial Regex PortOf();
}
