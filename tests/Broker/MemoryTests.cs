using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Encoding;
using Microsoft.Azure.Amqp.Framing;

namespace Broker.Tests;

[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

/// <summary>What came and went leaves nothing behind: within 5 % of the heap before, which others must not be using meanwhile.</summary>
[Collection(nameof(Alone))]
public sealed class MemoryTests : IAsyncLifetime
{
    private const string Management = A.QueueName + "/$management";
    private readonly RunningBroker _bus = RunningBroker.Open();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bus.DisposeAsync().AsTask();

    [Fact]
    public async Task Connections_leave_nothing_behind() => await AssertNothingLeft(300, async _ =>
    {
        await using var peer = await RawPeer.Connect(_bus.Edge.Port);
        await Exchange(peer, channel: 0);
        await peer.Say(0, new Close());
        await peer.Until<Close>();
    });

    [Fact]
    public async Task Sessions_leave_nothing_behind()
    {
        await using var peer = await RawPeer.Connect(_bus.Edge.Port);
        await AssertNothingLeft(3000, async n =>
        {
            await Exchange(peer, channel: (ushort)(n % 3));
            await peer.Say((ushort)(n % 3), new End());
            await peer.Until<End>();
        });
    }

    [Fact]
    public async Task Links_leave_nothing_behind()
    {
        await using var peer = await RawPeer.Connect(_bus.Edge.Port);
        await peer.Say(0, RawPeer.Begin());
        await AssertNothingLeft(3000, async n =>
        {
            await peer.Say(0, RawPeer.Sends(Management, handle: 0), RawPeer.Receives(Management, handle: 1), RawPeer.Receives(A.QueueName, handle: 2));
            await peer.Say(0, new Detach { Handle = 0, Closed = true }, new Detach { Handle = 1, Closed = true }, new Detach { Handle = 2, Closed = true });
            for (var detached = 0; detached < 3; detached++)
            {
                await peer.Until<Detach>();
            }
        });
    }

    /// <summary>A session with links of each kind and a request that is answered.</summary>
    private static async Task Exchange(RawPeer peer, ushort channel)
    {
        var request = AmqpMessage.Create(new AmqpValue { Value = new AmqpMap { [new("from-sequence-number")] = 0L, [new("message-count")] = 1 } });
        request.Properties.MessageId = "r1";
        request.ApplicationProperties.Map["operation"] = "com.microsoft:peek-message";
        await peer.Say(channel, RawPeer.Begin(), RawPeer.Sends(Management, handle: 0), RawPeer.Receives(Management, handle: 1), RawPeer.Credit(handle: 1, 5, 10));
        await peer.Say(channel, RawPeer.Receives(A.QueueName, handle: 2), RawPeer.Sends(A.QueueName, handle: 3));
        await peer.Say(RawPeer.Transfer(channel, handle: 0, id: 0, [.. request.GetPayload().SelectMany(part => part)]));
        await peer.Message();
    }

    private static async Task AssertNothingLeft(int times, Func<int, Task> comeAndGo)
    {
        var before = 0L;
        for (var n = -times / 10; n < times; n++)
        {
            before = n == 0 ? Heap() : before;
            await comeAndGo(times + n);
        }

        using var limit = new CancellationTokenSource(A.Limit);
        while (Heap() is var after && after > before * 1.05)
        {
            // What has just ended may still be on its way out.
            Assert.False(limit.IsCancellationRequested, $"{after:N0} bytes after, {before:N0} before");
        }
    }

    private static long Heap()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
