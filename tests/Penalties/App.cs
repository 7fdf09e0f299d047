using Azure.Core.Pipeline;
using Azure.Data.Tables;
using LocalHost;
using LocalHost.Sandbox;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Penalties.Tests;

/// <summary>The app's own list of services, pointed at a sandbox.</summary>
internal static class App
{
    public static ServiceProvider At(SandboxServer world, Action<ILoggingBuilder>? logging = null, params (string Name, string Value)[] more)
    {
        var settings = more.ToDictionary(one => one.Name, string? (one) => one.Value);
        DevelopmentSettings.Complete(settings, world.BaseAddress, new Uri("http://127.0.0.1:7071/"));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        return new ServiceCollection()
            .AddLogging(logging ?? (_ => { }))
            .AddSingleton<IConfiguration>(configuration)
            .AddPenalties(configuration)
            .AddPenaltyTelemetry(configuration)
            .BuildServiceProvider();
    }

    /// <summary>The same without an outside world, for what only needs storage.</summary>
    public static ServiceProvider OnTables(string storage, string prefix, HttpMessageHandler wire)
    {
        var settings = new Dictionary<string, string?> { [$"{StorageOptions.Section}:{nameof(StorageOptions.TablePrefix)}"] = prefix };
        DevelopmentSettings.Complete(settings, sandbox: new("http://127.0.0.1:9/"), functions: new("http://127.0.0.1:7071/"));
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var options = new TableClientOptions { Transport = new HttpClientTransport(wire), Retry = { Delay = TimeSpan.FromMilliseconds(1) } };
        return new ServiceCollection()
            .AddLogging()
            .AddSingleton<IConfiguration>(configuration)
            .AddPenalties(configuration)
            .AddSingleton(new TableServiceClient(storage, options))
            .BuildServiceProvider();
    }
}
