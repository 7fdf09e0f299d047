using FunctionsHosting.Broker;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace Broker.Tests;

/// <summary>Messages that come in one breath: kept by one write, answered each for itself.</summary>
public sealed class TogetherTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("broker-").FullName;
    private RunningBroker _bus = null!;
    private RawPeer _peer = null!;

    private string Written => Path.Combine(_folder, BrokerOptions.FileName + "-wal");

    public async Task InitializeAsync()
    {
        _bus = RunningBroker.Open(new()
        {
            Queues = [A.Queue with { RequiresDuplicateDetection = true }],
            DataFile = Path.Combine(_folder, BrokerOptions.FileName),
        });
        _peer = await RawPeer.Connect(_bus.Edge.Port);
        await _peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0));
        await _peer.Until<Attach>();
    }

    public async Task DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _bus.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task They_cost_one_write_and_keep_their_order()
    {
        var one = await Grown(() => Say(Sent(0, "m0")), answers: 1);
        var twenty = await Grown(() => Say([.. Enumerable.Range(1, 20).Select(n => Sent((uint)n, $"m{n}"))]), answers: 20);

        Assert.True(twenty < one * 5, $"{twenty} bytes for twenty messages, {one} for one");
        Assert.Equal(Enumerable.Range(0, 21).Select(n => $"m{n}"), _bus.Queue.Peek(0, 100).Select(m => m.MessageId));
    }

    [Fact]
    public async Task One_that_cannot_be_read_is_refused_and_the_others_are_kept()
    {
        await Say(Sent(0, "m0"), RawPeer.Transfer(0, handle: 0, id: 1, [0x00, 0x53, 0x75]), Sent(2, "m2"));

        var answers = new SortedDictionary<uint, string>();
        while (answers.Count < 3)
        {
            var answer = await _peer.Until<Disposition>();
            answers.Add(answer.First!.Value, answer.State.GetType().Name);
        }

        Assert.Equal([nameof(Accepted), nameof(Rejected), nameof(Accepted)], answers.Values);
        Assert.Equal(["m0", "m2"], _bus.Queue.Peek(0, 100).Select(m => m.MessageId));
    }

    [Fact]
    public async Task The_same_one_twice_is_kept_once_and_accepted_twice()
    {
        await Say(Sent(0, "m0"), Sent(1, "m0"));

        Assert.IsType<Accepted>((await _peer.Until<Disposition>()).State);
        Assert.IsType<Accepted>((await _peer.Until<Disposition>()).State);
        Assert.Equal(1, _bus.Queue.Count);
    }

    [Fact]
    public async Task Those_for_which_no_answer_is_wanted_are_kept_when_a_close_follows_at_once()
    {
        await Say(Sent(0, "m0", settled: true), Sent(1, "m1", settled: true), RawPeer.Encode(0, new Close()));

        await _peer.Until<Close>();
        Assert.Equal(2, _bus.Queue.Count);
    }

    [Fact]
    public async Task A_fault_of_the_broker_ends_no_more_than_their_link_and_leaves_a_line()
    {
        await _bus.Broker.DisposeAsync();

        await Say(Sent(0, "m0"), Sent(1, "m1"));

        Assert.NotNull((await _peer.Until<Detach>()).Error);
        await _peer.Say(0, new Detach { Handle = 0, Closed = true });
        Assert.StartsWith("Error: A client's link or session is dropped by a fault of the broker", await _bus.Log.NextConnection(), StringComparison.Ordinal);
        await _peer.Say(1, RawPeer.Begin());
        await _peer.Until<Begin>();
    }

    /// <summary>By how many bytes the broker's log of changes grows until so many messages are answered.</summary>
    private async Task<long> Grown(Func<Task> say, int answers)
    {
        var before = new FileInfo(Written).Length;
        await say();
        for (var answer = 0; answer < answers; answer++)
        {
            await _peer.Until<Disposition>();
        }

        return new FileInfo(Written).Length - before;
    }

    private Task Say(params byte[][] frames) => _peer.Say([.. frames.SelectMany(static f => f)]);

    private static byte[] Sent(uint number, string id, bool settled = false)
    {
        using var message = AmqpMessage.Create(new Data { Value = new ArraySegment<byte>([1, 2, 3]) });
        message.Properties.MessageId = id;
        var transfer = new Transfer { Handle = 0, DeliveryId = number, DeliveryTag = BitConverter.GetBytes(number), MessageFormat = 0, Settled = settled, More = false };
        return RawPeer.Encode(0, transfer, [.. message.GetPayload().SelectMany(static part => part)]);
    }
}
