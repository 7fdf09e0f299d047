using FunctionsHosting.Durable;
using FunctionsHosting.Http;
using FunctionsHosting.ServiceBus;
using FunctionsHosting.Timers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting;

// How a host starts: what the app runs on, then its worker, then what brings work in.
public sealed partial class FunctionsHost
{
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
}
