using LocalHost.Sandbox;

namespace Sandbox.Tests;

/// <summary>A sandbox on a free port, its control client, and a client without credentials.</summary>
public sealed class World : IAsyncDisposable
{
    private readonly SandboxServer _server;

    private World(SandboxServer server, SandboxOptions options)
    {
        _server = server;
        Options = options;
        Sandbox = server.CreateClient();
        Http = new HttpClient { BaseAddress = server.BaseAddress };
    }

    public SandboxOptions Options { get; }

    public SandboxClient Sandbox { get; }

    public HttpClient Http { get; }

    public static async Task<World> Start(SandboxOptions? options = null)
    {
        options ??= new();
        return new(await SandboxServer.StartAsync(options), options);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Sandbox.Dispose();
        await _server.DisposeAsync();
    }
}
