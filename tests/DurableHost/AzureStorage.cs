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
    public async Task WhenNothingIsToBeSeen(string hub)
    {
        var queues = new QueueServiceClient(ConnectionString);
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var (taken, visible) = (0, 1);
        while (taken == 0 || visible > 0)
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

    public async Task InitializeAsync() => _azurite = await Azurite.StartAsync(new() { Folder = _folder.FullName, InMemory = true });

    public async Task DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

[CollectionDefinition(nameof(AzureStorage))]
public sealed class AzureStorageGroup : ICollectionFixture<AzureStorage>;
