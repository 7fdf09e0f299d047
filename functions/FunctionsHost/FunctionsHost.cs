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

    [LoggerMessage(LogLevel.Error, "{Part} could not be stopped in order")]
    private static partial void LogNotStopped(ILogger log, string part, Exception exception);

    private async Task Jump(DateTimeOffset instant, CancellationToken ct)
    {
        _options.ClockFile?.Note(instant);
        Clock.AdvanceTo(instant);
        await WhenIdle(ct);
    }
}
