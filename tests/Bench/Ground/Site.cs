using System.Reflection;
using FunctionsHosting.Configuration;
using LocalHost;
using LocalHost.Sandbox;

namespace Bench.Ground;

/// <summary>What a bench runs on: an Azurite of its own, in memory, and on it the product, the bare app and the sandbox. All of it is gone afterwards.</summary>
internal sealed class Site : IAsyncDisposable
{
    /// <summary>The product's task hub.</summary>
    public const string Hub = "penalties";

    /// <summary>Before an option of the engine: settings of this form stand above host.json.</summary>
    public const string DurableTask = "AzureFunctionsJobHost__extensions__durableTask__";

    private const string EngineStorage = nameof(EngineStorage);
    private const string EngineAccount = "engine";
    private const string BareHub = "bare";

    private readonly Stack<IAsyncDisposable> _running = new();
    private readonly DirectoryInfo _folder;

    private Site(DirectoryInfo folder, Azurite storage)
    {
        (_folder, Storage, Requests) = (folder, storage, new(storage));
        _running.Push(storage);
    }

    public Azurite Storage { get; }

    /// <summary>The same storage, in the account of the task hubs.</summary>
    public string OfEngine => Storage.ConnectionString.Replace(Azurite.Account, EngineAccount, StringComparison.Ordinal);

    public StorageRequests Requests { get; }

    /// <summary>Nobody listens there.</summary>
    public static Uri Nowhere { get; } = new("http://127.0.0.1:9/");

    public static async Task<Site> Prepare(CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("bench-");
        Environment.SetEnvironmentVariable("AZURITE_ACCOUNTS", $"{Azurite.Account}:{Azurite.Key};{EngineAccount}:{Azurite.Key}");
        return new(folder, await Azurite.StartAsync(new() { Folder = Path.Combine(folder.FullName, "azurite"), InMemory = true }, cancellation));
    }

    public string NewFolder() => _folder.CreateSubdirectory(Guid.NewGuid().ToString("N")).FullName;

    /// <summary>Has it stopped with the rest, the last first.</summary>
    public T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _running.Push(part);
        return part;
    }

    public async Task<SandboxServer> Sandbox(SandboxOptions options, CancellationToken cancellation) => Keep(await SandboxServer.StartAsync(options, cancellation));

    /// <summary>The product, in this process.</summary>
    public async Task<FunctionsHost> Product(FunctionsHostOptions options, Uri sandbox, CancellationToken cancellation)
    {
        var settings = Settings(options);
        DevelopmentSettings.Complete(settings, sandbox, functions: new("http://127.0.0.1:7071/"));
        return Keep(await FunctionsHost.StartAsync<Penalties.Cases.CaseRow>(options with { Settings = settings }, cancellation: cancellation));
    }

    /// <summary>The app that does nothing, in this process, with the product's host.json and a task hub of its own.</summary>
    public async Task<FunctionsHost> Bare(FunctionsHostOptions options, CancellationToken cancellation)
    {
        var settings = Settings(options, KeyValuePair.Create($"{DurableTask}hubName", (string?)BareHub));
        return Keep(await FunctionsHost.StartAsync(FunctionApp.From(Assembly.LoadFrom(BareProgram)), options with { Settings = settings }, cancellation: cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        Requests.Dispose();
        while (_running.TryPop(out var part))
        {
            await part.DisposeAsync();
        }

        _folder.Delete(recursive: true);
    }

    private static string BareProgram
    {
        get
        {
            var output = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            return Path.Combine(output.Parent!.Parent!.Parent!.Parent!.FullName, "BareApp", "bin", output.Parent.Name, output.Name, "BareApp.dll");
        }
    }

    private Dictionary<string, string?> Settings(FunctionsHostOptions options, params IReadOnlyList<KeyValuePair<string, string?>> more) => HostSettings.Normalise(
    [
        .. options.Settings,
        new("AzureWebJobsStorage", Storage.ConnectionString),
        new(EngineStorage, OfEngine),
        new($"{DurableTask}storageProvider__connectionName", EngineStorage),
        .. more,
    ]);
}
