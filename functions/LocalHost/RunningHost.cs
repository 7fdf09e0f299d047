using LocalHost.Clock;
using LocalHost.Durable;
using LocalHost.Durable.Management;
using LocalHost.Durable.Ownership;
using LocalHost.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>
/// A function app with everything it runs on: storage, broker, durable engine, HTTP, timers and queue listeners. Several may run in one process.
/// </summary>
public sealed class RunningHost : IAsyncDisposable
{
    /// <summary>How long functions may take to obey their cancelled tokens before a stopping host leaves them behind.</summary>
    private static readonly TimeSpan AfterCancellation = TimeSpan.FromSeconds(5);

    private readonly RunningHostOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _giveUp = new();
    private FunctionCatalogue? _catalogue;
    private HostedRuntime? _runtime;
    private Infrastructure? _infrastructure;
    private Task? _program;
    private Uri? _baseAddress;
    private int _stopping;

    private RunningHost(RunningHostOptions options)
    {
        _options = options;
        _loggers = LoggerFactory.Create(Logging);
        options.Clock.Work = options.Work;
    }

    /// <summary>Where the functions are reached, for example <c>http://127.0.0.1:7071/</c>.</summary>
    public Uri BaseAddress => _baseAddress ?? throw new InvalidOperationException("The host has not started.");

    public BusinessClock Clock => _options.Clock;

    /// <summary>Ends when the app has stopped, whoever stopped it; carries the error of an app that broke.</summary>
    public Task Stopped => _program ?? Task.CompletedTask;

    /// <summary>The app's own services.</summary>
    public IServiceProvider Services => App.Services;

    /// <summary>What is being worked on; empty when idle.</summary>
    public string UnderWay => _options.Work.UnderWay;

    /// <summary>The settings as the app sees them, with what the host added.</summary>
    public IReadOnlyDictionary<string, string?> Settings { get; private set; } = new Dictionary<string, string?>();

    /// <summary>A sentence, who owns the task hub while this host waits for it; null when this one owns it.</summary>
    public string? Standby => _infrastructure?.Ownership?.Standby;

    /// <summary>Completes when this host owns its task hub and runs orchestrations; at once where it has no other to share the hub with.</summary>
    public Task WhenOwner => _infrastructure?.Ownership?.Began ?? Task.CompletedTask;

    /// <summary>Why this host stopped by itself: it no longer owns its task hub. Null otherwise.</summary>
    public string? SteppedDown => _infrastructure?.Engine is { OwnershipLost: { IsCompletedSuccessfully: true } lost } ? lost.Result.Message : null;

    private AttachedApp App => _runtime?.App ?? throw new InvalidOperationException("The host has not started.");

    /// <exception cref="HostStartException">Names everything that is wrong with settings, host.json, functions, ports or tools.</exception>
    public static async Task<RunningHost> StartAsync(RunningHostOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var host = new RunningHost(options);
        try
        {
            await host.Start(ct);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when nothing is under way and nothing is due.</summary>
    public async Task WhenIdle(CancellationToken ct = default)
    {
        while (true)
        {
            await _options.Work.WhenIdle(ct);
            if (Clock.NextDue is not { } due || due > Clock.GetUtcNow())
            {
                return;
            }

            // Something is due that the clock has not run yet: run it, and look again.
            Clock.AdvanceTo(due);
        }
    }

    /// <summary>
    /// Goes forward in business time from alarm to alarm, letting everything settle at each, and ends idle at <paramref name="instant"/>.
    /// </summary>
    public async Task AdvanceTo(DateTimeOffset instant, CancellationToken ct = default)
    {
        await WhenIdle(ct);
        while (Clock.NextDue is { } due && due < instant)
        {
            await Jump(due, ct);
        }

        await Jump(instant, ct);
    }

    /// <summary>
    /// Takes nothing new; finishes requests, turns, activities and messages at work (after <see cref="RunningHostOptions.DrainLimit"/> their
    /// tokens are cancelled); then stops the app, the broker and its own Azurite.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopping, 1) == 1)
        {
            return;
        }

        if (_program is not null)
        {
            if (!_program.IsCompleted)
            {
                App.Web.Lifetime.StopApplication();
            }

            await ((Task)_program).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (_infrastructure is not null)
        {
            await _infrastructure.DisposeAsync();
        }

        _loggers.Dispose();
        _giveUp.Dispose();
    }

    internal HostStatus Status() => new(
        Clock.GetUtcNow(),
        Clock.Speed,
        Clock.NextDue,
        UnderWay,
        BaseAddress.Port,
        _infrastructure?.ServiceBusPort,
        Standby,
        [.. _catalogue!.Functions.Select(f => new HostedFunction(f.Name, f.Trigger.Type, FunctionListing.Where(f.Trigger, BaseAddress)))]);

    private async Task Start(CancellationToken ct)
    {
        var settings = HostSettings.Normalise(_options.Settings);
        var hostJson = HostJson.Read(Path.Combine(_options.App.Folder, "host.json"), settings);
        _options.ClockFile?.Note(Clock.GetUtcNow());
        _infrastructure = new Infrastructure(_options, settings, _loggers);
        Settings = settings;

        _infrastructure.StartBroker();
        _catalogue = FunctionCatalogue.Read(_options.App.Types, hostJson, new SettingNames(settings));
        _infrastructure.CheckQueues(_catalogue);
        await _infrastructure.StartStorage(ct);
        var engine = _infrastructure.CreateEngine(new DurableFunctions(_catalogue, () => App), hostJson);
        var environment = new TriggerEnvironment(hostJson, settings, Clock, _options.Work, _options.DataFolder, _giveUp.Token);
        var ownership = _infrastructure.CreateOwnership(hostJson.HubName);
        var triggers = new FunctionTriggers(_catalogue, environment, engine, ownership, () => App, _loggers.CreateLogger<FunctionTriggers>());

        var runtimeOptions = RuntimeOptions(hostJson, settings, engine, triggers);
        _runtime = new HostedRuntime(_options.App, runtimeOptions, (web, invoker) => Attach(web, invoker, settings, engine));
        _program = await _runtime.Start(ct);
        _baseAddress = new Uri(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        _options.Output?.Write(FunctionListing.Of(_catalogue, BaseAddress));
    }

    private HostedRuntimeOptions RuntimeOptions(
        HostJson hostJson, IReadOnlyDictionary<string, string?> settings, DurableEngine engine, FunctionTriggers triggers) => new()
        {
            Settings = settings,
            Logging = Logging,
            Port = _options.Port,
            FunctionTimeout = hostJson.FunctionTimeout,
            ShutdownLimit = _options.DrainLimit + AfterCancellation,
            Triggers = triggers,
            Services = services =>
            {
                services.AddKeyedSingleton<TimeProvider>(BusinessClock.ServiceKey, Clock);
                services.AddSingleton(engine.CreateClient());
            },
        };

    private void Attach(WebApplication web, FunctionInvoker invoker, IReadOnlyDictionary<string, string?> settings, DurableEngine engine)
    {
        var missing = ConstructorChecks.Problems(_catalogue!, web.Services).ToArray();
        if (missing.Length > 0)
        {
            throw new HostStartException("The function app's services are not complete", missing);
        }

        web.Use(new StandbyGate(() => Standby).Pass);
        var keys = new FunctionKeys(settings.GetValueOrDefault(FunctionKeys.Setting));
        var http = new HttpFunctions(invoker, keys, _options.Work, _loggers.CreateLogger<HttpFunctions>(), _giveUp.Token);
        foreach (var function in _catalogue!.Functions.Where(static f => f.Trigger is HttpTrigger))
        {
            http.Map(web, function);
        }

        var systemKey = settings.GetValueOrDefault(ManagementRoutes.KeySetting) ?? ManagementRoutes.UsualKey;
        new ManagementRoutes(engine, engine.CreateClient(), IsOrchestrator, new FunctionKeys(systemKey, ManagementRoutes.KeySetting)).Map(web);

        web.Lifetime.ApplicationStopping.Register(() => _giveUp.CancelAfter(_options.DrainLimit));
        if (_options.TestHooks)
        {
            TestHooks.Map(web, this);
        }
    }

    private bool IsOrchestrator(string name) =>
        _catalogue!.Functions.Any(one => one.Trigger is OrchestrationTrigger && one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private void Logging(ILoggingBuilder logging) => _options.Logging?.Invoke(logging);

    private async Task Jump(DateTimeOffset instant, CancellationToken ct)
    {
        _options.ClockFile?.Note(instant);
        Clock.AdvanceTo(instant);
        await WhenIdle(ct);
    }
}
