using System.Text;
using Azure.Messaging.ServiceBus;
using Microsoft.Azure.Amqp;
using Microsoft.Azure.Amqp.Framing;

namespace Broker.Tests;

/// <summary>
/// What a client still says of a session or a link that it has ended: its threads race, and no other link of its connection may suffer for that.
/// </summary>
public sealed class LateFramesTests() : ClientDesk(A.Queue, new(Other))
{
    private const string Other = "other";

    public static readonly TheoryData<string> OfASession = [.. Frames.Keys];
    public static readonly TheoryData<string> OfALink = [nameof(Detach), nameof(Flow), nameof(Transfer), nameof(Disposition)];

    private static Dictionary<string, Func<Performative>> Frames => new()
    {
        [nameof(Detach)] = () => new Detach { Handle = 0, Closed = true },
        [nameof(Flow)] = () => new Flow { Handle = 0, DeliveryCount = 0, LinkCredit = 5, NextOutgoingId = 0, IncomingWindow = 9, OutgoingWindow = 9 },
        [nameof(Transfer)] = () => new Transfer { Handle = 0, DeliveryId = 0, DeliveryTag = new byte[] { 1 }, Settled = true },
        [nameof(Disposition)] = () => new Disposition { Role = true, First = 0, Last = 3, Settled = true, State = new Accepted() },
        [nameof(Attach)] = () => RawPeer.Sends(A.QueueName, handle: 1),
        [nameof(End)] = () => new End(),
    };

    [Theory]
    [MemberData(nameof(OfASession))]
    public async Task A_frame_after_the_end_of_its_session_means_nothing(string frame)
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);
        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0), new End());
        Assert.IsType<End>(await peer.Until<End>());

        await peer.Say(0, Frames[frame]());

        await peer.Say(1, RawPeer.Begin());
        await peer.Until<Begin>();
        Assert.Empty(Bus.Log.Connections);
    }

    [Theory]
    [MemberData(nameof(OfALink))]
    public async Task A_frame_after_the_detach_of_its_link_means_nothing(string frame)
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);
        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0), new Detach { Handle = 0, Closed = true });
        await peer.Until<Detach>();

        await peer.Say(0, Frames[frame]());

        await peer.Say(0, RawPeer.Sends(A.QueueName, handle: 0));
        await peer.Until<Attach>();
        Assert.Equal(0, Bus.Queue.Count);
        Assert.Empty(Bus.Log.Connections);
    }

    [Theory]
    [MemberData(nameof(OfASession))]
    public async Task A_frame_that_crosses_the_brokers_end_of_its_session_means_nothing(string frame)
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);
        var sameHandle = RawPeer.Receives(A.QueueName, handle: 0);
        sameHandle.LinkName = "other";
        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0), sameHandle);
        Assert.Equal("amqp:session:handle-in-use", (await peer.Until<End>()).Error.Condition.Value);

        await peer.Say(0, Frames[frame](), new End());

        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0));
        await peer.Until<Attach>();
        Assert.Empty(Bus.Log.Connections);
        Assert.Single(Bus.Log.All, line => line.StartsWith("Warning: A client's link or session is dropped (amqp:session:handle-in-use)", StringComparison.Ordinal));
        Bus.Log.AssertNoFault();
    }

    [Theory]
    [MemberData(nameof(OfALink))]
    public async Task A_frame_that_crosses_the_brokers_detach_of_its_link_means_nothing(string frame)
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);
        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0));
        for (var part = 0; part < 5; part++)
        {
            await peer.Say(RawPeer.Transfer(0, handle: 0, id: 0, new byte[60_000], more: true));
        }

        Assert.Equal("amqp:link:message-size-exceeded", (await peer.Until<Detach>()).Error.Condition.Value);

        await peer.Say(frame == nameof(Transfer) ? RawPeer.Transfer(0, handle: 0, id: 0, new byte[60_000]) : RawPeer.Encode(0, Frames[frame]()));

        await peer.Say(0, new Detach { Handle = 0, Closed = true }, RawPeer.Sends(A.QueueName, handle: 0));
        await peer.Until<Attach>();
        Assert.Equal(0, Bus.Queue.Count);
        Assert.Empty(Bus.Log.Connections);
        Assert.Single(Bus.Log.All, line => line.StartsWith("Warning: A client's link or session is dropped (amqp:link:message-size-exceeded)", StringComparison.Ordinal));
        Bus.Log.AssertNoFault();
    }

    [Fact]
    public async Task What_waited_for_the_window_of_a_link_is_not_sent_on_the_next_one()
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);
        var begin = RawPeer.Begin();
        begin.IncomingWindow = 1;
        Bus.Queue.Send(A.Message("m1"), A.Message("m2"));
        await peer.Say(0, begin, RawPeer.Receives(A.QueueName, handle: 0), RawPeer.Credit(handle: 0, credit: 2, window: 1));
        Assert.EndsWith("m1", Encoding.UTF8.GetString(await peer.Message()), StringComparison.Ordinal);
        await peer.Say(0, new Detach { Handle = 0, Closed = true });
        await peer.Until<Detach>();

        Bus.Queue.Send(A.Message("m3"));
        await peer.Say(0, RawPeer.Receives(A.QueueName, handle: 0), RawPeer.Credit(handle: 0, credit: 1, window: 10));

        Assert.EndsWith("m3", Encoding.UTF8.GetString(await peer.Message()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Five_thousand_receivers_that_come_and_go_disturb_no_other_link()
    {
        const int Receivers = 5000;
        const int Messages = 3000;
        await using var quick = Bus.Client.CreateReceiver(A.QueueName, new ServiceBusReceiverOptions { ReceiveMode = ServiceBusReceiveMode.ReceiveAndDelete });
        await using var careful = Bus.Client.CreateReceiver(Other);
        var sender = Bus.Client.CreateSender(Other);
        var receiving = Receive(quick, Messages, _ => Task.CompletedTask);
        var completing = Receive(careful, Messages, m => careful.CompleteMessageAsync(m));

        for (var n = 0; n < Receivers; n++)
        {
            if (n < Messages)
            {
                await Task.WhenAll(Sender.SendMessageAsync(new ServiceBusMessage($"{n}")), sender.SendMessageAsync(new ServiceBusMessage($"{n}")));
            }

            await using var passing = Bus.Client.CreateReceiver(A.QueueName);
            await passing.PeekMessageAsync();
        }

        Assert.Equal(Enumerable.Range(0, Messages).Select(n => $"{n}"), await receiving);
        Assert.Equal(Enumerable.Range(0, Messages).Select(n => $"{n}"), await completing);
        Assert.All(Bus.Broker.Queues, q => Assert.Equal(0, q.Count));
        Assert.Empty(Bus.Log.Connections);
    }

    private static async Task<List<string>> Receive(ServiceBusReceiver receiver, int count, Func<ServiceBusReceivedMessage, Task> settle)
    {
        var bodies = new List<string>();
        while (bodies.Count < count && await receiver.ReceiveMessageAsync(A.Limit) is { } message)
        {
            bodies.Add(message.Body.ToString());
            await settle(message);
        }

        return bodies;
    }
}
