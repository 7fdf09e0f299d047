using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

/// <summary>The broker as a process of its own, for any app: <c>-- broker</c>.</summary>
public sealed class BrokerAlone : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("broker-");

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task It_prints_a_connection_string_for_microsofts_client_and_keeps_messages_over_a_restart()
    {
        using (var first = await BrokerProcess.Start(_data))
        {
            await using var client = first.Client();
            await client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("kept"));
        }

        using var second = await BrokerProcess.Start(_data);
        await using var again = second.Client();
        await using var receiver = again.CreateReceiver(A.QueueName);
        Assert.Equal("kept", (await receiver.Next()).Body.ToString());
    }

    [Fact]
    public async Task A_second_one_on_the_same_data_is_refused()
    {
        using var first = await BrokerProcess.Start(_data);

        var (exit, _, told) = await Output("--port", "0", "--data", _data.FullName);

        Assert.Equal(1, exit);
        Assert.Contains(Path.Combine(_data.FullName, "servicebus.db"), told, StringComparison.Ordinal);
        Assert.Contains("held by another broker", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_status_shows_what_each_queue_holds()
    {
        using var broker = await BrokerProcess.Start(_data);
        await using var client = broker.Client();
        var sender = client.CreateSender(A.QueueName);
        await using var receiver = client.CreateReceiver(A.QueueName);
        await sender.SendMessagesAsync(Enumerable.Range(0, 4).Select(n => new ServiceBusMessage($"{n}")));
        await sender.ScheduleMessageAsync(new ServiceBusMessage("later"), DateTimeOffset.UtcNow.AddDays(1));
        await receiver.DeferMessageAsync(await receiver.Next());
        await receiver.DeadLetterMessageAsync(await receiver.Next());
        await receiver.Next();

        var (exit, shown, _) = await Output("status", "--port", $"{broker.Port}");

        Assert.Equal(0, exit);
        var rows = shown.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToList();
        Assert.Contains(["queue", "active", "locked", "deferred", "scheduled"], rows);
        Assert.Contains([A.QueueName, "1", "1", "1", "1"], rows);
        Assert.Contains([A.QueueName + "/$deadletterqueue", "1", "0", "0", "0"], rows);
    }

    [Fact]
    public async Task Where_no_broker_is_its_status_says_so()
    {
        var (exit, _, told) = await Output("status", "--port", "1");

        Assert.Equal(1, exit);
        Assert.StartsWith("No broker answers on port 1", told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_is_not_there_is_told_in_one_sentence()
    {
        var (exit, _, told) = await Output("--config", "/no/such/config.json", "--port", "0");

        Assert.Equal(1, exit);
        Assert.Contains("/no/such/config.json", told, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", told, StringComparison.Ordinal);
    }

    private static async Task<(int Exit, string Shown, string Told)> Output(params string[] arguments)
    {
        using var process = BrokerProcess.Run(arguments);
        var shown = process.StandardOutput.ReadToEndAsync();
        var told = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await shown, told);
    }
}
