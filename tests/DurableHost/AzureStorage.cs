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

    public async Task InitializeAsync() => _azurite = await Azurite.StartAsync(new() { Folder = _folder.FullName, InMemory = true });

    public async Task DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

[CollectionDefinition(nameof(AzureStorage))]
public sealed class AzureStorageGroup : ICollectionFixture<AzureStorage>;
