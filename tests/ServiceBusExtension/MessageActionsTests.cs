using System.Text;
using Azure.Messaging.ServiceBus;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.ServiceBus.Grpc;
using Microsoft.Extensions.Configuration;

namespace ServiceBusExtension.Tests;

/// <summary>Settlement as Microsoft's host expects it: service, methods and field numbers are its contract, not ours.</summary>
public sealed class MessageActionsTests : IAsyncLifetime
{
    private static readonly Guid Lock = Guid.NewGuid();
    private static readonly ServiceBusReceivedMessage Message = ServiceBusModelFactory.ServiceBusReceivedMessage(lockTokenGuid: Lock);

    private SettlementServer _host = null!;
    private SettlementChannel _channel = null!;
    private ServiceBusMessageActions _actions = null!;

    public async Task InitializeAsync()
    {
        _host = await SettlementServer.Start();
        _channel = new(new ConfigurationBuilder().AddInMemoryCollection([new(SettlementChannel.HostEndpoint, _host.Address)]).Build());
        _actions = new(_channel.Client);
    }

    public async Task DisposeAsync()
    {
        _channel.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_message_is_completed_by_its_lock()
    {
        await _actions.CompleteMessageAsync(Message);

        var call = Single("/Settlement/Complete");
        Assert.Equal([1], call.Keys);
        Assert.Equal($"{Lock}", Encoding.UTF8.GetString(call[1]));
    }

    [Fact]
    public async Task A_lock_is_renewed()
    {
        await _actions.RenewMessageLockAsync(Message);

        Assert.Equal($"{Lock}", Encoding.UTF8.GetString(Single("/Settlement/RenewMessageLock")[1]));
    }

    [Theory]
    [InlineData("/Settlement/Abandon")]
    [InlineData("/Settlement/Defer")]
    [InlineData("/Settlement/Deadletter")]
    public async Task Properties_travel_as_one_map(string path)
    {
        var properties = new Dictionary<string, object> { ["seen"] = 3, ["by"] = "상담원" };
        await (path switch
        {
            "/Settlement/Abandon" => _actions.AbandonMessageAsync(Message, properties),
            "/Settlement/Defer" => _actions.DeferMessageAsync(Message, properties),
            _ => _actions.DeadLetterMessageAsync(Message, properties),
        });

        var call = Single(path);
        Assert.Equal([1, 2], call.Keys.Order());
        Assert.Equal($"{Lock}", Encoding.UTF8.GetString(call[1]));
        Assert.Equal(properties, AmqpProperties.Decode(ByteString.CopyFrom(call[2])));
    }

    [Fact]
    public async Task A_dead_letter_has_reason_and_description()
    {
        await _actions.DeadLetterMessageAsync(Message, deadLetterReason: "NotABlockCommand", deadLetterErrorDescription: "no JSON");

        var call = Single("/Settlement/Deadletter");
        Assert.Equal([1, 3, 4], call.Keys.Order());
        Assert.Equal("NotABlockCommand", Wrapped(call[3]));
        Assert.Equal("no JSON", Wrapped(call[4]));
    }

    [Fact]
    public async Task What_the_host_refuses_is_an_exception_with_its_status()
    {
        _host.Answer = (9, "the lock is lost");

        var refused = await Assert.ThrowsAsync<RpcException>(() => _actions.CompleteMessageAsync(Message));

        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Equal("the lock is lost", refused.Status.Detail);
    }

    [Fact]
    public async Task A_property_that_no_message_can_carry_is_refused_before_the_host_is_asked()
    {
        var refused = await Assert.ThrowsAsync<ArgumentException>(
            () => _actions.AbandonMessageAsync(Message, new Dictionary<string, object> { ["case"] = new Version(1, 0) }));

        Assert.StartsWith("Property 'case' is a System.Version; ", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_host.Calls);
    }

    [Fact]
    public void A_worker_without_a_host_says_so() => Assert.Contains(
        SettlementChannel.HostEndpoint,
        Assert.Throws<InvalidOperationException>(() => new SettlementChannel(new ConfigurationBuilder().Build())).Message,
        StringComparison.Ordinal);

    private IReadOnlyDictionary<int, byte[]> Single(string path)
    {
        var call = Assert.Single(_host.Calls);
        Assert.Equal(path, call.Path);
        return call.Fields;
    }

    /// <summary>The text of a google.protobuf.StringValue: its field 1.</summary>
    private static string Wrapped(byte[] message)
    {
        var input = new CodedInputStream(message);
        Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited), input.ReadTag());
        return input.ReadString();
    }
}
