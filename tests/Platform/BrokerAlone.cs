using Azure.Messaging.ServiceBus;

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
        using var process = OwnProcess.Start(["broker", "--config", "/no/such/config.json", "--port", "0"], new Dictionary<string, string?>(), new());
        await process.WaitForExit();
        var told = process.Output();

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("/no/such/config.json", told, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
    }
}
