namespace Platform.Tests;

// Each has an Azurite of its own, and goes on beside the others.

[CollectionDefinition(Name)]
public sealed class OnAzurite : ICollectionFixture<StorageFixture>
{
    public const string Name = "on Azurite";
}

[CollectionDefinition(Name)]
public sealed class HostsToBeKilled : ICollectionFixture<StorageFixture>
{
    public const string Name = "hosts to be killed";
}

[CollectionDefinition(Name)]
public sealed class WorkersToBeKilled : ICollectionFixture<StorageFixture>
{
    public const string Name = "workers to be killed";
}

[CollectionDefinition(Name)]
public sealed class SeveralHosts : ICollectionFixture<TwoHosts>
{
    public const string Name = "several hosts";
}

[CollectionDefinition(Name)]
public sealed class OnAzuriteAndLong : ICollectionFixture<StorageFixture>
{
    public const string Name = "on Azurite, long";
}
