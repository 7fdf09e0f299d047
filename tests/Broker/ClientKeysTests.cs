using System.Security.Cryptography;
using System.Text;
using Azure.Messaging.ServiceBus;

namespace Broker.Tests;

public sealed class ClientKeysTests : IAsyncLifetime
{
    private const string Name = "RootManageSharedAccessKey";
    private const string Key = "SAS_KEY_VALUE";
    private readonly RunningBroker _bus = RunningBroker.Open(new() { Queues = [A.Queue, new("results")] }, requireKey: true);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _bus.DisposeAsync().AsTask();

    [Fact]
    public async Task The_connection_strings_own_key_is_good_for_everything()
    {
        var sender = _bus.Client.CreateSender(A.QueueName);
        await sender.SendMessageAsync(new ServiceBusMessage("x"));
        await sender.ScheduleMessageAsync(new ServiceBusMessage("y"), RunningBroker.Start.AddHours(1));
        await using var receiver = _bus.Client.CreateReceiver(A.QueueName);
        var message = await receiver.Next();
        await receiver.RenewMessageLockAsync(message);
        await receiver.CompleteMessageAsync(message);

        Assert.Equal("y", (await receiver.PeekMessageAsync()).Body.ToString());
    }

    [Theory]
    [InlineData("SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=another")]
    [InlineData("SharedAccessKeyName=Another;SharedAccessKey=SAS_KEY_VALUE")]
    public async Task A_wrong_key_or_name_is_unauthorized(string credential) => await AssertRefused(credential, A.QueueName, "invalid signature");

    [Fact]
    public async Task A_token_of_its_own_is_good_for_its_entity_only()
    {
        var credential = Token($"sb://127.0.0.1/{A.QueueName}", TimeProvider.System.GetUtcNow().AddHours(1));
        await using (var client = Connect(credential))
        {
            await client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("x"));
        }

        await AssertRefused(credential, "results", "'results'");
        Assert.Equal(1, _bus.Queue.Count);
    }

    [Fact]
    public async Task A_token_that_is_over_is_refused() =>
        await AssertRefused(Token("sb://127.0.0.1/", TimeProvider.System.GetUtcNow().AddHours(-1)), A.QueueName, "expired");

    [Fact]
    public async Task Who_may_not_come_in_does_not_hear_what_there_is() =>
        await AssertRefused("SharedAccessKeyName=Another;SharedAccessKey=another", "no-such", "invalid signature");

    [Fact]
    public async Task Unless_it_is_required_any_key_is_good()
    {
        await using var open = RunningBroker.Open();
        await using var client = new ServiceBusClient(
            $"Endpoint=sb://127.0.0.1:{open.Edge.Port};SharedAccessKeyName=Another;SharedAccessKey=another;UseDevelopmentEmulator=true");

        await client.CreateSender(A.QueueName).SendMessageAsync(new ServiceBusMessage("x"));

        Assert.Equal(1, open.Queue.Count);
    }

    [Fact]
    public async Task A_link_without_a_token_is_refused()
    {
        await using var peer = await RawPeer.Connect(_bus.Edge.Port);

        await peer.Say(0, RawPeer.Begin(), RawPeer.Sends(A.QueueName, handle: 0));

        Assert.Equal("amqp:unauthorized-access", (await peer.Until<Microsoft.Azure.Amqp.Framing.Detach>()).Error.Condition.Value);
    }

    private static string Token(string resource, DateTimeOffset expiry)
    {
        var (encoded, seconds) = (Uri.EscapeDataString(resource), expiry.ToUnixTimeSeconds());
        var signature = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.UTF8.GetBytes($"{encoded}\n{seconds}"));
        return $"SharedAccessSignature=SharedAccessSignature sr={encoded}&sig={Uri.EscapeDataString(Convert.ToBase64String(signature))}&se={seconds}&skn={Name}";
    }

    private ServiceBusClient Connect(string credential) => new(
        $"Endpoint=sb://127.0.0.1:{_bus.Edge.Port};{credential};UseDevelopmentEmulator=true",
        // Else it asks again for eleven seconds, as it does on Azure.
        new ServiceBusClientOptions { RetryOptions = { MaxRetries = 0 } });

    private async Task AssertRefused(string credential, string queue, string why)
    {
        await using var client = Connect(credential);
        var sender = client.CreateSender(queue);
        await using var receiver = client.CreateReceiver(queue);
        foreach (var use in new Func<Task>[]
        {
            () => sender.SendMessageAsync(new ServiceBusMessage("x")),
            () => sender.ScheduleMessageAsync(new ServiceBusMessage("x"), RunningBroker.Start.AddHours(1)),
            () => receiver.ReceiveMessageAsync(A.Limit),
            () => receiver.PeekMessageAsync(),
        })
        {
            var error = await Assert.ThrowsAsync<UnauthorizedAccessException>(use);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }
    }
}
