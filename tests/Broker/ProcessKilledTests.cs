using System.Collections.Concurrent;
using Azure.Messaging.ServiceBus;
using LocalHost.Commands;

namespace Broker.Tests;

/// <summary>The process is killed, and what it leaves is what the next one finds.</summary>
public sealed class ProcessKilledTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("broker-");
    private readonly string _config;

    public ProcessKilledTests()
    {
        _config = Path.Combine(_data.FullName, "config.json");
        File.WriteAllText(_config, $$"""
            { "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns", "Queues": [
                { "Name": "{{A.QueueName}}", "Properties": { "MaxDeliveryCount": 5 } },
                { "Name": "unlimited", "Properties": { "MaxDeliveryCount": 2000, "RequiresDuplicateDetection": true } } ] } ] } }
            """);
    }

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task After_five_kills_with_its_lock_held_a_message_is_a_dead_letter()
    {
        for (var kill = 1; kill <= 5; kill++)
        {
            using var broker = await Start();
            await using var client = broker.Client();
            if (kill == 1)
            {
                await client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("deadly"));
            }

            Assert.Equal(kill, (await client.CreateReceiver(A.QueueName).Next()).DeliveryCount);
            broker.Kill();
        }

        using var last = await Start();
        await using var after = last.Client();
        var dead = await after.CreateReceiver(A.QueueName, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter }).Next();
        Assert.Equal(
            ("deadly", "MaxDeliveryCountExceeded", "Message could not be consumed after 5 delivery attempts."),
            (dead.Body.ToString(), dead.DeadLetterReason, dead.DeadLetterErrorDescription));
    }

    [Fact]
    public async Task A_processor_with_32_handlers_handles_every_message_over_two_kills()
    {
        const int Messages = 3000;
        var handled = new ConcurrentDictionary<string, int>();
        var reached = new[] { 800, 2000, Messages }.ToDictionary(n => n, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var broker = await Start();
        await using var client = broker.Client();
        await client.CreateSender("unlimited").SendMessagesAsync(Enumerable.Range(0, Messages).Select(n => new ServiceBusMessage("x") { MessageId = $"{n}" }));
        await using var processor = client.CreateProcessor("unlimited", new ServiceBusProcessorOptions { MaxConcurrentCalls = 32 });
        processor.ProcessErrorAsync += _ => Task.CompletedTask;
        processor.ProcessMessageAsync += message =>
        {
            handled.AddOrUpdate(message.Message.MessageId, 1, (_, times) => times + 1);
            foreach (var (count, done) in reached)
            {
                if (handled.Count >= count)
                {
                    done.TrySetResult();
                }
            }

            return Task.CompletedTask;
        };

        await processor.StartProcessingAsync();
        foreach (var kill in new[] { 800, 2000 })
        {
            await reached[kill].Task.WaitAsync(A.Limit);
            broker.Dispose();
            broker = await Start(broker.Port);
        }

        await reached[Messages].Task.WaitAsync(A.Limit);
        await processor.StopProcessingAsync();
        Assert.Equal(Enumerable.Range(0, Messages).Select(n => $"{n}").Order(), handled.Keys.Order());
        broker.Dispose();
    }

    [Fact]
    public async Task What_was_acknowledged_before_a_kill_is_there_once_and_batches_are_whole()
    {
        const int Batch = 100;
        var acknowledged = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int port;
        using (var broker = await Start())
        {
            port = broker.Port;
            await using var client = new ServiceBusClient(broker.ConnectionString, new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0 } });
            var sender = client.CreateSender("unlimited");
            var sending = Task.Run(async () =>
            {
                for (var n = 0; ; n += Batch)
                {
                    await sender.SendMessagesAsync(Enumerable.Range(n, Batch).Select(i => new ServiceBusMessage("x") { MessageId = $"{i}" }));
                    acknowledged = n + Batch;
                    if (acknowledged >= 20 * Batch)
                    {
                        enough.TrySetResult();
                    }
                }
            });
            await enough.Task.WaitAsync(A.Limit);
            broker.Kill();
            await Assert.ThrowsAnyAsync<Exception>(() => sending);
        }

        using var next = await Start(port);
        await using var again = next.Client();
        var left = (await BrokerStatus.Ask(port, default)).Single(q => q.Path == "unlimited").Counts.Active;
        Assert.True(left == acknowledged || left == acknowledged + Batch, $"{left} messages of {acknowledged} acknowledged ones");

        // The ids are remembered, too: whoever sends all again, because it does not know, adds nothing.
        await again.CreateSender("unlimited").SendMessagesAsync(Enumerable.Range(0, 1000).Select(i => new ServiceBusMessage("x") { MessageId = $"{i}" }));
        Assert.Equal(left, (await BrokerStatus.Ask(port, default)).Single(q => q.Path == "unlimited").Counts.Active);
    }

    [Fact]
    public async Task Deferred_and_scheduled_messages_and_dead_letters_survive_a_kill_as_they_were()
    {
        long deferred;
        long scheduled;
        var soon = DateTimeOffset.UtcNow.AddSeconds(8);
        using (var broker = await Start())
        {
            await using var client = broker.Client();
            var sender = client.CreateSender(A.QueueName);
            await using var receiver = client.CreateReceiver(A.QueueName);
            await sender.SendMessageAsync(new ServiceBusMessage("deferred"));
            var message = await receiver.Next();
            deferred = message.SequenceNumber;
            await receiver.DeferMessageAsync(message);
            await sender.SendMessageAsync(new ServiceBusMessage("dead"));
            await receiver.DeadLetterMessageAsync(await receiver.Next(), "UnknownDriver");
            scheduled = await sender.ScheduleMessageAsync(new ServiceBusMessage("cancelled"), soon.AddDays(1));
            await sender.ScheduleMessageAsync(new ServiceBusMessage("soon"), soon);
            broker.Kill();
        }

        using var next = await Start();
        await using var again = next.Client();
        await using var after = again.CreateReceiver(A.QueueName);
        await again.CreateSender(A.QueueName).CancelScheduledMessageAsync(scheduled);
        Assert.Equal("deferred", (await after.ReceiveDeferredMessageAsync(deferred)).Body.ToString());
        await using var deadLetters = again.CreateReceiver(A.QueueName, new ServiceBusReceiverOptions { SubQueue = SubQueue.DeadLetter });
        Assert.Equal("UnknownDriver", (await deadLetters.Next()).DeadLetterReason);
        var late = await after.Next();
        Assert.Equal("soon", late.Body.ToString());
        Assert.True(late.EnqueuedTime >= soon.AddMilliseconds(-1), $"{late.EnqueuedTime:O} is before {soon:O}");
    }

    private Task<BrokerProcess> Start(int port = 0) => BrokerProcess.Start(_data, port, _config);
}
