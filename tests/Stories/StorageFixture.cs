using System.Globalization;
using FunctionsHosting.Storage;
using LocalHost;

namespace Stories.Tests;

/// <summary>One Azurite for all stories of a collection; it outlives every host a story starts.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private static int _stories;

    private DirectoryInfo _folder = null!;
    private Azurite _azurite = null!;

    public string ConnectionString => _azurite.ConnectionString;

    /// <summary>A number no other story has: hubs, tickets and accounts are made of it, so that stories share tables without meeting.</summary>
    public static int NextStory() => Interlocked.Increment(ref _stories);

    public static string HubOf(int story) => string.Create(CultureInfo.InvariantCulture, $"story{story}");

    public DirectoryInfo NewFolder() => _folder.CreateSubdirectory(Guid.NewGuid().ToString("N"));

    public async Task InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("stories-");
        _azurite = await Azurite.StartAsync(new AzuriteOptions { Folder = Path.Combine(_folder.FullName, "azurite"), InMemory = true });
    }

    public async Task DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }
}

/// <summary>The longest stories, and those that mostly wait for time-outs: they go on beside the others.</summary>
[CollectionDefinition(Name)]
public sealed class OnAzuriteBeside : ICollectionFixture<StorageFixture>
{
    public const string Name = "on Azurite, beside the others";
}

[CollectionDefinition(Name)]
public sealed class OnAzurite : ICollectionFixture<StorageFixture>
{
    public const string Name = "on Azurite";
}
