using FunctionsHosting.Broker;
using Microsoft.Azure.Amqp.Framing;

namespace Broker.Tests;

/// <summary>What becomes of a connection that goes wrong, and what the log says of it.</summary>
public sealed class ConnectionTests : ClientDesk
{
    [Fact]
    public async Task A_frame_of_no_session_ends_its_connection_with_a_reason_and_a_line()
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);

        await peer.Say(7, new Detach { Handle = 0 });

        var close = await peer.Until<Close>();
        Assert.Equal("amqp:connection:framing-error", close.Error.Condition.Value);
        Assert.Equal(
            "Warning: The connection of client raw is dropped (amqp:connection:framing-error): A frame on channel 7, which has no session.",
            await Bus.Log.NextConnection());
    }

    [Fact]
    public async Task A_client_that_says_why_it_closes_is_quoted()
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);

        await peer.Say(0, new Close { Error = new Error { Condition = "amqp:internal-error", Description = "out of memory" } });

        Assert.Equal("Warning: The connection of client raw is dropped (amqp:internal-error): out of memory", await Bus.Log.NextConnection());
    }

    [Fact]
    public async Task A_client_that_dies_leaves_a_line()
    {
        await using (await RawPeer.Connect(Bus.Edge.Port))
        {
        }

        Assert.Equal("Information: The connection of client raw ended without a close: The peer hung up.", await Bus.Log.NextConnection());
    }

    [Fact]
    public async Task A_client_that_wants_tls_is_told_what_its_connection_string_lacks()
    {
        await using var peer = await RawPeer.Dial(Bus.Edge.Port);

        await peer.Say([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01]);

        Assert.Contains("UseDevelopmentEmulator=true", await Bus.Log.NextConnection(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_close_leaves_no_line()
    {
        await using var peer = await RawPeer.Connect(Bus.Edge.Port);

        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0), new Close());

        await peer.Until<Close>();
        await Bus.DisposeAsync();
        Assert.Empty(Bus.Log.Connections);
    }

    [Fact]
    public void A_port_taken_is_named_with_the_setting_that_changes_it()
    {
        var error = Assert.Throws<InvalidOperationException>(() => RunningBroker.Open(port: Bus.Edge.Port));

        Assert.Contains($"port {Bus.Edge.Port}", error.Message, StringComparison.Ordinal);
        Assert.Contains("ServiceBus:Port", error.Message, StringComparison.Ordinal);
    }
}
