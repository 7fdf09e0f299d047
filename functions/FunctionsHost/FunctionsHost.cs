using FunctionsHosting.Durable;
using FunctionsHosting.Http;
using FunctionsHosting.ServiceBus;
using FunctionsHosting.Timers;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting;

/// <summary>
/// A function app with everything it runs on: the official worker and durable engine, HTTP, timers, queue listeners, broker and storage.
/// Several may run in one process.
/// </summary>
public sealed partial class FunctionsHost : IAsyncDisposable
{
    /// <summary>How long functions may take to obey their cancelled tokens before a stopping host leaves them behind.</summary>
    private static readonly TimeSpan AfterCancellation = TimeSpan.FromSeconds(5);

    /// <summary>How long any part may take beyond the drain before it is left behind.</summary>
    private static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(60);

    private readonly FunctionApp _app;
    private readonly FunctionsHostOptions _options;
    private readonly Action<IServiceCollection> _services;
    private readonly ILoggerFactory _loggers;
    private readonly CancellationTokenSource _giveUp = new();
    private readonly Dictionary<string, string?> _settings;
    private readonly Infrastructure _infrastructure;
    private readonly WorkerEndpoint _endpoint;
    private readonly Stack<IAsyncDisposable> _running = new();
    private ReservedPort? _port;
    private FunctionCatalogue? _catalogue;
    private WorkerSupervisor? _workers;
    private DurableHost? _durable;
    private int _stopping;

    private FunctionsHost(FunctionApp app, FunctionsHostOptions options, Action<IServiceCollection>? services)
    {
        _app = app;
        _options = options;
        _services = services ?? (static _ => { });
        _loggers = LoggerFactory.Create(Logging);
        _settings = HostSettings.Normalise(options.Settings);
        _infrastructure = new(app, options, _settings, _loggers, _running);
        _endpoint = new(Logging);
        options.Clock.Work = options.Work;
    }

    /// <summary>Where the functions are reached, for example <c>http://127.0.0.1:7071/</c>.</summary>
    public Uri BaseAddress => new($"http://{(_port ?? throw NotStarted()).EndPoint}/");

    public BusinessClock Clock => _options.Clock;

    /// <summary>Ends only when the app can run no more: its worker ended and could not be started again; carries why.</summary>
    public Task Stopped => (_workers ?? throw NotStarted()).GaveUp;

    /// <summary>The app's own services.</summary>
    /// <exception cref="InvalidOperationException">The worker is a process of its own.</exception>
    public IServiceProvider Services => (_workers ?? throw NotStarted()).Current.Services
        ?? throw new InvalidOperationException("The app's services are in another process; run the worker in this one to reach them.");

    /// <summary>A client of the app's task hub.</summary>
    /// <exception cref="InvalidOperationException">The app has no durable functions.</exception>
    public DurableTaskClient DurableClient => (_durable ?? throw new InvalidOperationException("The app has no durable functions.")).Client;

    /// <summary>What is being worked on; empty when idle.</summary>
    public string UnderWay => _options.Work.UnderWay;

    /// <summary>The settings as the app sees them, with what the host added.</summary>
    public IReadOnlyDictionary<string, string?> Settings => _settings;

    /// <summary>Starts the app that a type belongs to, usually its <c>Program</c>.</summary>
    /// <inheritdoc cref="StartAsync(FunctionApp, FunctionsHostOptions, Action{IServiceCollection}?, CancellationToken)"/>
    public static Task<FunctionsHost> StartAsync<TEntryPoint>(
        FunctionsHostOptions options, Action<IServiceCollection>? services = null, CancellationToken cancellation = default) =>
        StartAsync(FunctionApp.Of<TEntryPoint>(), options, services, cancellation);

    /// <param name="app">What to run.</param>
    /// <param name="options">What to run it on.</param>
    /// <param name="services">Changes the app's services, after its own Program has registered them; only for a worker in this process.</param>
    /// <param name="cancellation">Gives the start up.</param>
    /// <exception cref="HostStartException">Names everything that is wrong with settings, host.json, functions, ports or tools.</exception>
    public static async Task<FunctionsHost> StartAsync(
        FunctionApp app, FunctionsHostOptions options, Action<IServiceCollection>? services = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(options);
        var host = new FunctionsHost(app, options, services);
        try
        {
            await host.Start(cancellation);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    public HttpClient CreateClient() => new() { BaseAddress = BaseAddress };

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
    /// Takes nothing new; finishes requests, turns, activities and messages at work (after <see cref="FunctionsHostOptions.DrainLimit"/> their
    /// tokens are cancelled); then stops the app, the broker and its own Azurite.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _stopping, 1) == 1)
        {
            return;
        }

        _giveUp.CancelAfter(_options.DrainLimit);

        // Last started, first stopped: what brings work in is closed before what does it.
        while (_running.TryPop(out var part))
        {
            try
            {
                await part.DisposeAsync().AsTask().WaitAsync(_options.DrainLimit + LongestStop);
            }
            catch (Exception e)
            {
                LogNotStopped(_loggers.CreateLogger<FunctionsHost>(), part.GetType().Name, e); // the others are to stop all the same
            }
        }

        _port?.Dispose();
        _loggers.Dispose();
        _giveUp.Dispose();
    }

    /// <summary>For whoever drives a host in another process: business time, what is under way, ports, functions.</summary>
    internal object Status() => new
    {
        now = Clock.GetUtcNow(),
        speed = Clock.Speed,
        nextDue = Clock.NextDue,
        underWay = UnderWay,
        httpPort = BaseAddress.Port,
        serviceBusPort = _infrastructure.ServiceBusPort,
        functions = _catalogue!.Functions.Select(f => new { name = f.Name, trigger = f.Trigger.Type, where = FunctionListing.Where(f.Trigger, BaseAddress) }),
    };

    private static InvalidOperationException NotStarted() => new("The host has not started.");

    private async Task Start(CancellationToken cancellation)
    {
        var hostJson = HostJson.Read(Path.Combine(_app.Folder, "host.json"), _settings);
        if (hostJson.UsesOpenTelemetry && !string.IsNullOrEmpty(_settings.GetValueOrDefault(HostTelemetry.EndpointSetting)))
        {
            _running.Push(HostTelemetry.Start(_app.Name, _settings, ownProcess: _options.Worker is WorkerPlace.OwnProcess));
        }

        _port = ReservedPort.Take(_options.Port);
        _options.ClockFile?.Note(Clock.GetUtcNow());
        await _infrastructure.StartBroker();
        await _infrastructure.StartStorage(cancellation);

        await _endpoint.Start(cancellation);
        _running.Push(_endpoint);
        _workers = new(_app, Launcher(), _endpoint, _loggers.CreateLogger<WorkerSupervisor>());
        _running.Push(_workers);
        await _workers.Start(cancellation);

        _catalogue = FunctionCatalogue.Read(_workers.Current.Functions.Values, hostJson, new SettingNames(_settings));
        _infrastructure.CheckQueues(_catalogue);
        var invoker = new FunctionInvoker(() => _workers.Current, hostJson.FunctionTimeout);
        await StartDurable(hostJson, invoker, cancellation);
        await StartQueues(hostJson, invoker, cancellation);
        await StartHttp(invoker, cancellation);
        await StartTimers(hostJson, invoker);
        _options.Output?.Write(FunctionListing.Of(_catalogue, BaseAddress));
    }

    /// <summary>The web servers and the forwarder would write each request's address, and in addresses stands what people look for.</summary>
    private void Logging(ILoggingBuilder logging)
    {
        _options.Logging?.Invoke(logging);
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        logging.AddFilter("Yarp", LogLevel.Warning);
    }

    private Func<AppWorker> Launcher()
    {
        if (_options.Worker is WorkerPlace.InProcess && _app.Assembly is not null)
        {
            return () => new InProcessWorker(_app, _settings, Logging, services =>
            {
                services.AddKeyedSingleton<TimeProvider>(BusinessClock.ServiceKey, Clock);
                _services(services);
            });
        }

        return Clock.Speed == 1
            ? () => new ChildProcessWorker(_app, _settings, _loggers)
            : throw new HostStartException(
                "A worker in a process of its own lives in real time; a business clock that is fast or stands needs the worker in the host's process.");
    }

    private async Task StartDurable(HostJson hostJson, FunctionInvoker invoker, CancellationToken cancellation)
    {
        if (!_catalogue!.NeedsTaskHub)
        {
            return;
        }

        if (_options.TaskHub is null && string.IsNullOrEmpty(_settings.GetValueOrDefault(Infrastructure.StorageSetting)))
        {
            throw new HostStartException($"The app has durable functions, and setting {Infrastructure.StorageSetting} names no storage for their task hub.");
        }

        var options = new DurableHostOptions(_options)
        {
            Settings = _settings,
            Functions = [.. _catalogue.Functions.Select(static one => one.Definition)],
            Invoke = new DurableInvocations(invoker, _giveUp.Token).Invoke,
            Extensions = hostJson.Extensions,
            Webhook = new Uri(BaseAddress, $"{ManagementRoutes.Base}?code={Uri.EscapeDataString(SystemKey)}"),
        };
        _durable = await DurableHost.StartAsync(options, cancellation);
        _running.Push(_durable);
        invoker.DurableClient = _durable.ClientJson;
    }

    private string SystemKey => _settings.GetValueOrDefault(ManagementRoutes.KeySetting) ?? ManagementRoutes.UsualKey;

    private async Task StartQueues(HostJson hostJson, FunctionInvoker invoker, CancellationToken cancellation)
    {
        var log = _loggers.CreateLogger<QueueListeners>();
        var queues = new QueueListeners(hostJson, _settings, invoker, _endpoint.Messages, _options.Work, log, _giveUp.Token);
        _running.Push(queues);
        await queues.Start(_catalogue!.Functions, _infrastructure.WhenHeard, cancellation);
    }

    private async Task StartHttp(FunctionInvoker invoker, CancellationToken cancellation)
    {
        var keys = new FunctionKeys(_settings.GetValueOrDefault(FunctionKeys.Setting));
        var front = new HttpFront(
            _port!, Logging, _options.DrainLimit + AfterCancellation, invoker, keys, _options.Work, _loggers.CreateLogger<HttpFront>(), _giveUp.Token);
        _running.Push(front);
        if (_durable is { } durable)
        {
            new ManagementRoutes(durable.Manage).Map(front, SystemKey);
        }

        if (_options.TestHooks)
        {
            TestHooks.Map(front.Web, this);
        }

        await front.Start(_catalogue!.Functions, cancellation);
    }

    private async Task StartTimers(HostJson hostJson, FunctionInvoker invoker)
    {
        var hub = new SettingNames(_settings).Resolve(hostJson.HubName, out _);
        // On a clock of its own a host is alone with its task hub.
        var locks = Clock.Speed == 1 ? _durable?.Locks : null;
        var log = _loggers.CreateLogger<TimerFunction>();
        foreach (var function in _catalogue!.Functions.Where(static f => f.Trigger is TimerTrigger))
        {
            var record = _options.DataFolder is { } folder ? new TimerRecord(Path.Combine(folder, "timers"), function.Name) : null;
            var listener = new TimerListener(
                function,
                () => new TimerFunction(function, invoker, Clock, _options.Work, record, log, _giveUp.Token),
                locks,
                $"timers/{hub}/{function.Name}",
                log);
            _running.Push(listener);
            await listener.Start();
        }
    }

    [LoggerMessage(LogLevel.Error, "{Part} could not be stopped in order")]
    private static partial void LogNotStopped(ILogger log, string part, Exception exception);

    private async Task Jump(DateTimeOffset instant, CancellationToken ct)
    {
        _options.ClockFile?.Note(instant);
        Clock.AdvanceTo(instant);
        await WhenIdle(ct);
    }
}
