using Azure.Storage.Queues;
using FunctionsHosting.Storage;

namespace DurableHost.Tests;

/// <summary>An Azurite that the tests of the Azure Storage provider share; each takes a hub of its own.</summary>
public sealed class AzureStorage : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("durable-host-");
    private Azurite _azurite = null!;
    private int _hubs;

    public string ConnectionString => _azurite.ConnectionString;

    public string NewHub() => $"Hub{Interlocked.Increment(ref _hubs)}";

    /// <summary>Comes back when somebody has taken every message in the queues of a hub, of which there are some.</summary>
    /// <param name="hub">The hub.</param>
    /// <param name="left">Null: any number.</param>
    public async Task WhenNothingIsToBeSeen(string hub, int? left = null)
    {
        var queues = new QueueServiceClient(ConnectionString);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var (taken, visible) = (0, 1);
        while (taken == 0 || visible > 0 || (left is { } number && taken != number))
        {
            await pause.WaitForNextTickAsync();
            (taken, visible) = (0, 0);
            await foreach (var queue in queues.GetQueuesAsync(prefix: hub.ToLowerInvariant()))
            {
                var client = queues.GetQueueClient(queue.Name);
                visible += (await client.PeekMessagesAsync(32)).Value.Length;
                taken += (await client.GetPropertiesAsync()).Value.ApproximateMessagesCount;
            }
        }
    }

    /// <summary>Takes the one message that a hub's queues hold out of sight, as a host does that is killed then.</summary>
    /// <returns>Lets it be seen again.</returns>
    public async Task<Func<Task>> Lock(string hub)
    {
        var queues = new QueueServiceClient(ConnectionString);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (true)
        {
            await foreach (var queue in queues.GetQueuesAsync(prefix: hub.ToLowerInvariant()))
            {
                var client = queues.GetQueueClient(queue.Name);
                if ((await client.ReceiveMessageAsync(TimeSpan.FromMinutes(5))).Value is { } message)
                {
                    return () => client.UpdateMessageAsync(message.MessageId, message.PopReceipt, message.Body, TimeSpan.Zero);
                }
            }

            await pause.WaitForNextTickAsync();
        }
    }

    public async Task InitializeAsync() => _azurite = await Azurite.StartAsync(new() { Folder = _folder.FullName, InMemory = true });

    public async Task DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

[CollectionDefinition(nameof(AzureStorage))]
public sealed class AzureStorageGroup : ICollectionFixture<AzureStorage>;
