using System.Text;
using FunctionsHosting.Broker;
using Microsoft.Azure.Amqp.Framing;

namespace Broker.Tests;

/// <summary>What a link says frame by frame where Microsoft's clients depend on it.</summary>
public sealed class LinkTests : ClientDesk
{
    [Fact]
    public async Task A_drain_is_answered_as_a_drain()
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);
        var drain = RawPeer.Credit(handle: 0, credit: 5, window: 10);
        drain.Drain = true;

        await peer.Say(0, RawPeer.Begin(), RawPeer.Receives(A.QueueName, handle: 0), drain);

        var answer = await peer.Until<Flow>();
        Assert.Equal((true, 0u, 5u), (answer.Drain, answer.LinkCredit, answer.DeliveryCount));
    }

    [Fact]
    public async Task The_same_credit_told_again_neither_gives_nor_takes_any()
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);
        var credit = RawPeer.Credit(handle: 0, credit: 2, window: 10);
        var again = RawPeer.Credit(handle: 0, credit: 2, window: 10);
        again.Echo = true;

        await peer.Say(0, RawPeer.Begin(), RawPeer.Receives(A.QueueName, handle: 0), credit, again);
        await peer.Until<Flow>();
        Bus.Queue.Send(A.Message("m1"), A.Message("m2"), A.Message("m3"));

        Assert.EndsWith("m1", Encoding.UTF8.GetString(await peer.Message()), StringComparison.Ordinal);
        Assert.EndsWith("m2", Encoding.UTF8.GetString(await peer.Message()), StringComparison.Ordinal);
        await peer.Say(0, new Detach { Handle = 0, Closed = true });
        await peer.Until<Detach>();
        Assert.Single(Bus.Queue.Peek(0, 10), m => m.LockToken is null);
    }

    [Fact]
    public async Task A_fault_of_the_broker_ends_no_more_than_a_session_and_leaves_a_line()
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);
        Bus.Queue.Send(A.Message("m1"));
        await peer.Say(0, RawPeer.Begin(), RawPeer.Receives(A.QueueName, handle: 0), RawPeer.Credit(handle: 0, credit: 1, window: 10));
        await peer.Until<Transfer>();
        await Bus.Broker.DisposeAsync();

        await peer.Say(0, new Disposition { Role = true, First = 0, State = new Accepted() });

        Assert.NotNull((await peer.Until<End>()).Error);
        await peer.Say(0, new End());
        Assert.StartsWith("Error: A client's link or session is dropped by a fault of the broker", await Bus.Log.NextConnection(), StringComparison.Ordinal);
        await peer.Say(1, RawPeer.Begin());
        await peer.Until<Begin>();
    }
}
