using FunctionsHosting.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Penalties.Tests;

/// <summary>One Azurite in memory for the tests of the stores; each test has tables of its own.</summary>
public sealed class StorageFixture : IAsyncLifetime
{
    private static int _prefixes;

    private DirectoryInfo _folder = null!;
    private Azurite _azurite = null!;

    public async Task InitializeAsync()
    {
        _folder = Directory.CreateTempSubdirectory("penalties-");
        _azurite = await Azurite.StartAsync(new() { Folder = Path.Combine(_folder.FullName, "azurite"), InMemory = true });
    }

    public async Task DisposeAsync()
    {
        await _azurite.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>The app's services on empty tables.</summary>
    /// <param name="wire">Stands between the tables' client and Azurite.</param>
    internal async Task<ServiceProvider> App(StorageWire wire)
    {
        var app = Tests.App.OnTables(_azurite.ConnectionString, $"test{Interlocked.Increment(ref _prefixes)}", wire);
        await app.GetRequiredService<AppTables>().Create(CancellationToken.None);
        wire.Requests = 0;
        return app;
    }
}

[CollectionDefinition(Name)]
public sealed class OnAzurite : ICollectionFixture<StorageFixture>
{
    public const string Name = "on Azurite";
}

/// <summary>Counts requests to storage; when told to, keeps back the answers to writes that were carried out, or lets something else happen first.</summary>
internal sealed class StorageWire() : DelegatingHandler(new SocketsHttpHandler())
{
    public int Requests { get; set; }

    /// <summary>How many of the next answers to writes are lost.</summary>
    public int LostAnswers { get; set; }

    /// <summary>Happens before each request but those it makes itself.</summary>
    public Func<HttpRequestMessage, Task>? Meanwhile { get; set; }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests++;
        if (Meanwhile is { } meanwhile)
        {
            Meanwhile = null;
            await meanwhile(request);
            Meanwhile = meanwhile;
        }

        var answer = await base.SendAsync(request, cancellationToken);
        if (LostAnswers == 0 || request.Method == HttpMethod.Get)
        {
            return answer;
        }

        LostAnswers--;
        answer.Dispose();
        throw new HttpRequestException("The answer was lost.");
    }
}
