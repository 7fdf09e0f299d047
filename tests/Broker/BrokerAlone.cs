using System.Diagnostics;
using Azure.Messaging.ServiceBus;
using LocalHost.Commands;

namespace Platform.Tests;

/// <summary>The broker as a process of its own, for any app: <c>-- broker</c>.</summary>
public sealed class BrokerAlone
{
    [Fact]
    public async Task It_prints_a_connection_string_for_microsofts_client_and_keeps_messages_over_a_restart()
    {
        var data = Directory.CreateTempSubdirectory("broker-");
        try
        {
            using (var first = await BrokerProcess.Start(data))
            {
                await using var client = new ServiceBusClient(first.ConnectionString);
                await client.CreateSender("driver-blocks").SendMessageAsync(new ServiceBusMessage("kept"));
            }

            using var second = await BrokerProcess.Start(data);
            await using var again = new ServiceBusClient(second.ConnectionString);
            var received = await again.CreateReceiver("driver-blocks").ReceiveMessageAsync(TimeSpan.FromSeconds(20));

            Assert.Equal("kept", received.Body.ToString());
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_configuration_that_is_not_there_is_told_in_one_sentence()
    {
        using var process = BrokerProcess.Run("--config", "/no/such/config.json", "--port", "0");
        var told = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("/no/such/config.json", told, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
    }

    private sealed class BrokerProcess(Process process, string connection) : IDisposable
    {
        public string ConnectionString => connection;

        public static async Task<BrokerProcess> Start(DirectoryInfo data)
        {
            var process = Run("--port", "0", "--data", data.FullName);
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (line.StartsWith("Endpoint=sb://", StringComparison.Ordinal))
                {
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

        public void Dispose()
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
