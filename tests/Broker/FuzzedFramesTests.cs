using System.Text.RegularExpressions;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace Broker.Tests;

/// <summary>
/// Frames that no client sends. Each one finds a session of its own with a link each way; what it breaks may be that session, or its connection,
/// which then has a line that says why. Nothing else.
/// </summary>
public sealed class FuzzedFramesTests : IAsyncLifetime
{
    private const int FramesPerConnection = 200;
    private const int Seed = 20260918;

    private readonly RunningBroker _bus = RunningBroker.Open(new() { Queues = [A.Queue, new(Witness.QueueName)] });
    private readonly Fuzz _fuzz = new(Seed);
    private readonly List<string> _dropped = [];
    private int _connections;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bus.DisposeAsync().AsTask();

    [Fact]
    public async Task The_broker_stays_up_ends_no_other_connection_and_says_why_it_ended_one()
    {
        var frames = Fuzz.Tenth(100_000);
        await using var witness = new Witness(_bus.Edge.ConnectionString);

        for (var left = frames; left > 0;)
        {
            left -= await OneConnection(Math.Min(left, FramesPerConnection));
        }

        Assert.True(await witness.Messages() > 0);
        await AssertEachHasALine();
        _bus.Log.AssertNoFault();
        await using var after = _bus.Client.CreateReceiver(A.QueueName);
        await _bus.Client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("x"));
        Assert.NotNull(await after.PeekMessageAsync());
    }

    [Theory]
    [InlineData(0x00, 0x53, 0x77)]
    [InlineData(0x00, 0x53, 0x74, 0xd1, 0, 3, 0x08, 0, 0, 0, 0, 2, 0xa1, 1, 0x61)]
    public async Task A_message_nested_without_end_is_refused(params int[] begin)
    {
        byte[] message = [.. begin.Select(b => (byte)b), .. new byte[60_000]];
        await using var peer = await RawPeer.Connect(_bus.Edge.Port);

        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0));
        await peer.Say(RawPeer.Transfer(0, handle: 0, id: 0, message));

        Assert.Equal("amqp:decode-error", ((Rejected)(await peer.Until<Disposition>()).State).Error.Condition.Value);
    }

    [Fact]
    public async Task A_request_and_a_frame_nested_without_end_end_no_more_than_their_link_and_connection()
    {
        await using var peer = await RawPeer.Connect(_bus.Edge.Port);
        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName + "/$management", handle: 0));
        await peer.Say(RawPeer.Transfer(0, handle: 0, id: 0, [0x00, 0x53, 0x77, .. new byte[60_000]]));
        Assert.Equal("amqp:decode-error", (await peer.Until<Detach>()).Error.Condition.Value);

        byte[] attach = [0x00, 0x53, 0x12, 0xd0, 0, 0, 0xea, 0x6a, 0, 0, 0, 6, 0xa1, 1, 0x61, 0x43, 0x41, 0x40, 0x40, .. new byte[60_000]];
        await peer.Say([0, 0, .. BitConverter.IsLittleEndian ? new byte[] { (byte)((attach.Length + 8) >> 8), (byte)(attach.Length + 8) } : [], 2, 0, 0, 0, .. attach]);
        Assert.NotNull((await peer.Until<Close>()).Error);
        await using var next = await RawPeer.Connect(_bus.Edge.Port);
    }

    [Fact]
    public async Task Frames_too_small_for_a_message_are_refused_at_the_open()
    {
        await using var peer = await RawPeer.Dial(_bus.Edge.Port);
        await peer.Say([.. "AMQP"u8, 0, 1, 0, 0]);
        await peer.Say(0, new Open { ContainerId = "small", HostName = "localhost", MaxFrameSize = 20 });

        Assert.Contains("Frames of 20 bytes", await _bus.Log.NextConnection(), StringComparison.Ordinal);
    }

    private async Task AssertEachHasALine()
    {
        using var limit = new CancellationTokenSource(A.Limit);
        while (_dropped.Except(_bus.Log.Connections.Select(line => Regex.Match(line, "client (fuzz-[0-9]+) ").Groups[1].Value)).ToList() is { Count: > 0 } without)
        {
            Assert.False(limit.IsCancellationRequested, $"no line about {string.Join(", ", without)}");
            await Task.Yield();
        }
    }

    /// <summary>Says up to that many mutated frames, until the connection is over; how many.</summary>
    private async Task<int> OneConnection(int frames)
    {
        if (_connections++ % 20 == 0)
        {
            return await OneHandshake();
        }

        var name = $"fuzz-{_connections}";
        await using var peer = await RawPeer.Connect(_bus.Edge.Port, name);
        for (ushort channel = 0; channel < frames; channel++)
        {
            await peer.Say(channel, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0), RawPeer.Receives(A.QueueName, handle: 1));
            var sane = _fuzz.OneOf(Sane(channel));
            var mutated = _fuzz.Mutated(sane);
            await peer.Say(mutated);
            // The broker waits for what such a frame says is still to come.
            var truthful = mutated.Length >= 8 && System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(mutated) == mutated.Length;
            if (!truthful)
            {
                peer.HangUp();
            }

            if (!await Answers(peer, (ushort)(channel + 1), truthful, name))
            {
                return channel + 1;
            }
        }

        return frames;
    }

    private async Task<int> OneHandshake()
    {
        var open = RawPeer.Encode(0, new Open { ContainerId = "handshake", HostName = "localhost", MaxFrameSize = 65_536, ChannelMax = 100, IdleTimeOut = 60_000 });
        var sasl = Frame.EncodeCommand(FrameType.Sasl, 0, new Microsoft.Azure.Amqp.Sasl.SaslInit { Mechanism = "ANONYMOUS", HostName = "localhost" }, 0);
        byte[] init = [.. "AMQP"u8, 3, 1, 0, 0, .. sasl.Buffer.AsSpan(sasl.Offset, sasl.Length)];
        byte[] header = [.. "AMQP"u8, 0, 1, 0, 0];
        await using var peer = await RawPeer.Dial(_bus.Edge.Port);
        await peer.Say(_fuzz.Mutated(_fuzz.OneOf<byte[]>([[.. header, .. open], [.. init, .. header, .. open]])));
        peer.HangUp();
        await Assert.ThrowsAnyAsync<IOException>(peer.UntilItHangsUp);
        return 1;
    }

    /// <summary>Whether the connection is still there after a frame: then it begins the next session.</summary>
    private async Task<bool> Answers(RawPeer peer, ushort next, bool truthful, string name)
    {
        try
        {
            if (truthful)
            {
                await peer.Say(next, RawPeer.Begin(), new End());
            }

            var frame = await peer.Frames(f => f.Command is Close || (f.Command is Begin begin && begin.RemoteChannel == next));
            if (frame.Command is Begin)
            {
                return true;
            }

            if (((Close)frame.Command).Error is not null)
            {
                _dropped.Add(name);
            }
        }
        catch (IOException)
        {
            _dropped.Add(name);
        }

        return false;
    }

    private static byte[][] Sane(ushort channel)
    {
        var (credit, drain) = (RawPeer.Credit(handle: 1, credit: 5, window: 10), RawPeer.Credit(handle: 1, credit: 5, window: 10));
        drain.Drain = true;
        var attach = RawPeer.Receives(A.QueueName, handle: 2);
        ((Source)attach.Source).FilterSet = new FilterSet { ["f"] = new AmqpMap { [new("k")] = "v" } };
        byte[] message = [0x00, 0x53, 0x75, 0xa0, 1, (byte)'x'];
        return
        [
            RawPeer.Encode(channel, new Open { ContainerId = "again", HostName = "localhost", MaxFrameSize = 4096, ChannelMax = 100, IdleTimeOut = 60_000 }),
            RawPeer.Encode(channel, RawPeer.Begin()),
            RawPeer.Encode(channel, attach),
            RawPeer.Encode(channel, RawPeer.Sends(A.QueueName + "/$management", handle: 3)),
            RawPeer.Encode(channel, RawPeer.Receives("$cbs", handle: 3)),
            RawPeer.Encode(channel, credit),
            RawPeer.Encode(channel, drain),
            RawPeer.Transfer(channel, handle: 0, id: 0, message),
            RawPeer.Transfer(channel, handle: 0, id: 0, message, more: true),
            RawPeer.Encode(channel, new Disposition { Role = true, First = 0, Last = 3, Settled = false, State = new Accepted() }),
            RawPeer.Encode(channel, new Disposition { Role = true, First = 0, State = new Rejected { Error = new Error { Condition = "com.microsoft:dead-letter", Info = new Fields { ["DeadLetterReason"] = "x" } } } }),
            RawPeer.Encode(channel, new Disposition { Role = true, First = 0, State = new Modified { UndeliverableHere = true, MessageAnnotations = new Fields { ["k"] = 1 } } }),
            RawPeer.Encode(channel, new Detach { Handle = 1, Closed = true, Error = new Error { Condition = "amqp:internal-error", Description = "x" } }),
            RawPeer.Encode(channel, new End { Error = new Error { Condition = "amqp:internal-error" } }),
            RawPeer.Encode(channel, new Close()),
        ];
    }
}
