using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace Broker.Tests;

/// <summary>Messages and requests that no client sends. Each is taken or refused; what was taken is there, and Microsoft's client can read it.</summary>
public sealed class FuzzedBodiesTests : IAsyncLifetime
{
    private const int Seed = 20260919;
    private const string Management = A.QueueName + "/$management";

    private readonly RunningBroker _bus = RunningBroker.Open(new()
    {
        Queues = [A.Queue with { DeadLetteringOnMessageExpiration = true }, new(Witness.QueueName)],
    });

    private readonly Fuzz _fuzz = new(Seed);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bus.DisposeAsync().AsTask();

    [Fact]
    public async Task A_malformed_message_is_taken_whole_or_refused_and_what_is_taken_can_be_read()
    {
        var (messages, taken) = (Fuzz.Tenth(8_000), 0);
        var sane = Messages();
        await using var witness = new Witness(_bus.Edge.ConnectionString);
        await using var peer = await RawPeer.Connect(_bus.Edge.Port);
        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0));

        for (uint n = 0; n < messages; n++)
        {
            await peer.Say(RawPeer.Transfer(0, handle: 0, n, _fuzz.Mutated(_fuzz.OneOf(sane))));
            taken += (await peer.Until<Disposition>()).State is Accepted ? 1 : 0;
        }

        Assert.InRange(taken, 1, messages - 1);
        Assert.Equal(taken, await Peeked(A.QueueName) + await Peeked(A.QueueName + "/$deadletterqueue"));
        Assert.True(await witness.Messages() > 0);
        Assert.Empty(_bus.Log.Connections);
    }

    [Fact]
    public async Task A_malformed_request_is_answered_or_ends_its_link_and_moves_no_message()
    {
        var requests = Fuzz.Tenth(2_000);
        await using var witness = new Witness(_bus.Edge.ConnectionString);
        await _bus.Client.CreateSender(A.QueueName).SendMessagesAsync([new("a"), new("b")]);
        var sane = Requests();
        await using var peer = await RawPeer.Connect(_bus.Edge.Port);
        for (ushort n = 0; n < requests; n++)
        {
            var channel = (ushort)(n % 1000);
            await peer.Say(channel, RawPeer.Begin(), RawPeer.Sends(Management, handle: 0), RawPeer.Receives(Management, handle: 1), RawPeer.Credit(handle: 1, 5, 100));
            await peer.Say(RawPeer.Transfer(channel, handle: 0, 0, _fuzz.Mutated(_fuzz.OneOf(sane))));
            await peer.Frames(f => f.Command is Detach or End || f.Command is Transfer);
            await peer.Say(channel, new End());
            await peer.Until<End>();
        }

        Assert.True(await witness.Messages() > 0);
        Assert.True(_bus.Queue.Counts.Active >= 2);
        Assert.Empty(_bus.Log.Connections);
        _bus.Log.AssertNoFault();
    }

    /// <summary>How many messages Microsoft's client can read, each with all that a user may look at.</summary>
    private async Task<int> Peeked(string queue)
    {
        await using var receiver = _bus.Client.CreateReceiver(queue);
        var all = 0;
        foreach (var there in _bus.Broker.Find(queue)!.Peek(0, int.MaxValue))
        {
            try
            {
                var message = await receiver.PeekMessageAsync(there.SequenceNumber);
                Assert.Equal((there.SequenceNumber, there.MessageId), (message.SequenceNumber, message.MessageId));
                _ = (message.ExpiresAt, message.TimeToLive, message.PartitionKey, message.ScheduledEnqueueTime, message.ApplicationProperties.Count, message.Subject);
                Assert.NotNull(new ServiceBusMessage(message));
            }
            catch (NotSupportedException unusual)
            {
                // Well-formed, but a value body of a type that this client does not offer to its users.
                Assert.StartsWith("Values of type", unusual.Message, StringComparison.Ordinal);
            }

            all++;
        }

        return all;
    }

    private static byte[][] Messages()
    {
        var full = AmqpMessage.Create(new Data { Value = new ArraySegment<byte>("body"u8.ToArray()) });
        full.Header.Ttl = 60_000;
        full.MessageAnnotations.Map["x-opt-partition-key"] = "p";
        full.MessageAnnotations.Map["x-opt-scheduled-enqueue-time"] = RunningBroker.Start.AddDays(1).UtcDateTime;
        full.Properties.MessageId = "m1";
        full.Properties.CorrelationId = "c1";
        full.Properties.Subject = "block";
        full.Properties.ContentType = "application/json";
        full.Properties.AbsoluteExpiryTime = RunningBroker.Start.AddDays(1).UtcDateTime;
        full.Properties.CreationTime = RunningBroker.Start.UtcDateTime;
        full.ApplicationProperties.Map["text"] = "x";
        full.ApplicationProperties.Map["number"] = 7;
        full.ApplicationProperties.Map["id"] = Guid.Empty;
        full.ApplicationProperties.Map["time"] = RunningBroker.Start.UtcDateTime;
        var value = AmqpMessage.Create(new AmqpValue { Value = new AmqpMap { [new("k")] = new List<object> { 1, "two", 3.0, 'c' } } });
        var sequence = AmqpMessage.Create([new AmqpSequence(new List<object> { 1, "two" })]);
        return [Bytes(full), Bytes(value), Bytes(sequence), [0x00, 0x53, 0x75, 0xa0, 1, (byte)'x']];
    }

    private static byte[][] Requests()
    {
        var message = new ArraySegment<byte>(Messages()[0]);
        var tokens = new[] { Guid.NewGuid() };
        return
        [
            Request("com.microsoft:renew-lock", new() { [new("lock-tokens")] = tokens }),
            Request("com.microsoft:schedule-message", new() { [new("messages")] = new List<AmqpMap> { new() { [new("message-id")] = "m1", [new("message")] = message } } }),
            Request("com.microsoft:cancel-scheduled-message", new() { [new("sequence-numbers")] = new[] { 900L } }),
            Request("com.microsoft:peek-message", new() { [new("from-sequence-number")] = 1L, [new("message-count")] = 5 }),
            Request("com.microsoft:receive-by-sequence-number", new() { [new("sequence-numbers")] = new[] { 900L }, [new("receiver-settle-mode")] = 1u }),
            Request("com.microsoft:update-disposition", new() { [new("lock-tokens")] = tokens, [new("disposition-status")] = "completed" }),
        ];
    }

    private static byte[] Request(string operation, AmqpMap body)
    {
        var request = AmqpMessage.Create(new AmqpValue { Value = body });
        request.Properties.MessageId = "r1";
        request.Properties.ReplyTo = "link-1";
        request.ApplicationProperties.Map["operation"] = operation;
        return Bytes(request);
    }

    private static byte[] Bytes(AmqpMessage message) => [.. message.GetPayload().SelectMany(part => part)];
}
