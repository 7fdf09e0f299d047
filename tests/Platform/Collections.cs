namespace Platform.Tests;

[CollectionDefinition(Name)]
public sealed class OnAzurite : ICollectionFixture<StorageFixture>
{
    public const string Name = "on Azurite";
}
