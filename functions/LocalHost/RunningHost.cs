using LocalHost.Clock;
using LocalHost.Worker;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LocalHost;

/// <summary>A function app with everything it runs on: storage, broker, durable engine, HTTP, timers and queue listeners. Several may run in one process.</summary>
public sealed partial class RunningHost : IAsyncDisposable
{
    /// <summary>How long a function may take to obey its cancelled token before a stopping host leaves it behind.</summary>
    private static readonly TimeSpan AfterCancellation = TimeSpan.FromSeconds(5);

    private readonly RunningHostOptions _options;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _giveUp = new();
    private readonly List<IAsyncDisposable> _triggers = [];
    private FunctionCatalogue? _catalogue;
    private HostedRuntime? _runtime;
    private Infrastructure? _infrastructure;
    private Task? _program;
    private Uri? _baseAddress;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
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

    /// <summary>Goes forward in business time from alarm to alarm, letting everything settle at each, and ends idle at <paramref name="instant"/>.</summary>
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
    /// Takes nothing new; finishes requests, turns, activities and messages at work (after <see cref="RunningHostOptions.DrainLimit"/> their tokens are
    /// cancelled); then stops the app, the broker and its own Azurite.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopping, 1) == 1)
        {
            return;
        }

        _ready.TrySetCanceled();
        _giveUp.CancelAfter(_options.DrainLimit);
        await StopTriggers();
        if (_program is { IsCompleted: false })
        {
            // Requests end first: the engine they may wait for still runs.
            await App.Services.GetRequiredService<IServer>().StopAsync(_giveUp.Token);
        }

        if (_infrastructure is not null)
        {
            await _infrastructure.StopEngine(_giveUp.Token);
        }

        if (_program is not null)
        {
            if (!_program.IsCompleted)
            {
                App.Web.Lifetime.StopApplication();
            }

            await _program;
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
        [.. _catalogue!.Functions.Select(f => new HostedFunction(f.Name, f.Trigger.Type, FunctionListing.Where(f.Trigger, BaseAddress)))]);

    private async Task Start(CancellationToken ct)
    {
        var settings = HostSettings.Normalise(_options.Settings);
        var hostJson = HostJson.Read(Path.Combine(_options.App.Folder, "host.json"), settings);
        _options.ClockFile?.Note(Clock.GetUtcNow());
        _infrastructure = new Infrastructure(_options, hostJson, settings, _loggers);
        Settings = settings;

        _infrastructure.StartBroker();
        _catalogue = FunctionCatalogue.Read(_options.App.Types, hostJson, new SettingNames(settings));
        _infrastructure.CheckQueues(_catalogue);
        await _infrastructure.StartStorage(ct);
        _infrastructure.CreateEngine(new DurableFunctions(_catalogue, () => App));

        _runtime = new HostedRuntime(_options.App, RuntimeOptions(hostJson, settings), (web, invoker) => Attach(web, invoker, settings));
        _program = await _runtime.Start(ct);
        _baseAddress = new Uri(App.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await _infrastructure.StartEngine(ct);
        await StartTriggers(hostJson, settings).WaitAsync(ct);
        _ready.SetResult();
        _options.Output?.Write(FunctionListing.Of(_catalogue, BaseAddress));
    }

    private HostedRuntimeOptions RuntimeOptions(HostJson hostJson, IReadOnlyDictionary<string, string?> settings) => new()
    {
        Settings = settings,
        Logging = Logging,
        Port = _options.Port,
        FunctionTimeout = hostJson.FunctionTimeout,
        DrainLimit = _options.DrainLimit,
        Services = services =>
        {
            services.AddKeyedSingleton<TimeProvider>(BusinessClock.ServiceKey, Clock);
            _infrastructure!.AddServices(services);
        },
    };

    private void Attach(WebApplication web, FunctionInvoker invoker, IReadOnlyDictionary<string, string?> settings)
    {
        var missing = ConstructorChecks.Problems(_catalogue!, web.Services).ToArray();
        if (missing.Length > 0)
        {
            throw new HostStartException("The function app's services are not complete", missing);
        }

        // The server listens before the engine runs: a request that comes in between waits, and is then served as any other.
        web.Use(async (context, next) =>
        {
            await _ready.Task.WaitAsync(context.RequestAborted);
            await next(context);
        });

        var keys = new FunctionKeys(settings.GetValueOrDefault(FunctionKeys.Setting));
        var http = new HttpFunctions(invoker, keys, _options.Work, _loggers.CreateLogger<HttpFunctions>(), _giveUp.Token);
        foreach (var function in _catalogue!.Functions.Where(static f => f.Trigger is HttpTrigger))
        {
            http.Map(web, function);
        }

        if (_options.TestHooks)
        {
            TestHooks.Map(web, this);
        }
    }

    /// <summary>Ends when every queue is listened to: a message sent from then on is seen to be under way.</summary>
    private async Task StartTriggers(HostJson hostJson, IReadOnlyDictionary<string, string?> settings)
    {
        var listening = new List<Task>();
        foreach (var function in _catalogue!.Functions)
        {
            switch (function.Trigger)
            {
                case QueueTrigger queue:
                    var listener = new ServiceBusListener(function, settings[queue.ConnectionSetting]!, hostJson, App, _options.Work, _giveUp.Token);
                    _triggers.Add(listener);
                    listener.Start();
                    listening.Add(listener.Ready);
                    break;
                case TimerTrigger:
                    var record = _options.DataFolder is { } data ? new TimerRecord(Path.Combine(data, "timers"), function.Name) : null;
                    var timer = new TimerFunction(function, App, Clock, _options.Work, record, _giveUp.Token);
                    _triggers.Add(timer);
                    timer.Start();
                    break;
            }
        }

        await Task.WhenAll(listening);
    }

    private async Task StopTriggers()
    {
        var stopping = Task.WhenAll(_triggers.Select(static trigger => trigger.DisposeAsync().AsTask()));
        try
        {
            await stopping.WaitAsync(_options.DrainLimit + AfterCancellation);
        }
        catch (TimeoutException)
        {
            LogLeftBehind(_loggers.CreateLogger<RunningHost>(), UnderWay);
        }
    }

    private void Logging(ILoggingBuilder logging) => _options.Logging?.Invoke(logging);

    private async Task Jump(DateTimeOffset instant, CancellationToken ct)
    {
        _options.ClockFile?.Note(instant);
        Clock.AdvanceTo(instant);
        await WhenIdle(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopped without waiting any longer for {UnderWay}")]
    private static partial void LogLeftBehind(ILogger log, string underWay);
}
