using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FunctionsHosting.Worker;

/// <summary>An app's Program at work on a thread of this process.</summary>
/// <param name="app">The app.</param>
/// <param name="prepare">Gets the app's services after its own registrations.</param>
/// <param name="hook">Gets the app's host builder before it builds.</param>
internal sealed class InProcessWorker(FunctionApp app, Action<IServiceCollection> prepare, Action<IHostBuilder> hook) : LaunchedWorker
{
    private const string HostingListener = "Microsoft.Extensions.Hosting";
    private const string HostBuilding = "HostBuilding";

    /// <summary>Whose Program runs on this flow; other hosts of the process build, too.</summary>
    private static readonly AsyncLocal<InProcessWorker?> Current = new();

    private readonly TaskCompletionSource<IServiceProvider> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Exception? _fault;

    public override Task Ended => _ended.Task;

    /// <summary>Ends when the app's host has started; carries its services.</summary>
    public Task<IServiceProvider> Started => _started.Task;

    public override IServiceProvider? Services => _started.Task.IsCompletedSuccessfully ? _started.Task.Result : null;

    public override string LastWords => _fault is { } fault ? string.Join(' ', Problems(fault)) : "";

    public void Run(string[] arguments)
    {
        var thread = new Thread(() => Main(arguments)) { IsBackground = true, Name = $"worker {app.Name}" };
        thread.Start();
    }

    /// <summary>Why a Program ended before its host had started.</summary>
    public HostStartException Failure() => _fault switch
    {
        null => new($"{app.Name}'s Program ended without running a host; it ends with builder.Build().Run()."),
        HostStartException known => known,
        _ when Problems(_fault).Distinct().ToList() is { Count: > 1 } several => new($"{app.Name} could not start", several),
        _ => new($"{app.Name} could not start: {Problems(_fault).First()}", _fault),
    };

    public override async Task Stop(TimeSpan limit)
    {
        if (Services is { } services && !_ended.Task.IsCompleted)
        {
            services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }

        // A thread cannot be ended from outside: a Program that does not obey is left behind.
        await Task.WhenAny(_ended.Task, Task.Delay(limit, TimeProvider.System));
    }

    private void Main(string[] arguments)
    {
        Current.Value = this;
        using var listening = DiagnosticListener.AllListeners.Subscribe(new Listeners(this));
        try
        {
            var main = app.Assembly!.EntryPoint!;
            object?[] parameters = main.GetParameters().Length == 0 ? [] : [arguments];
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, parameters, culture: null);
        }
        catch (Exception e)
        {
            _fault = e;
        }
        finally
        {
            _ended.TrySetResult();
        }
    }

    private void Building(IHostBuilder host)
    {
        hook(host);
        host.ConfigureServices(services =>
        {
            services.AddSingleton<IHostLifetime, NoSignals>();
            prepare(services);
            services.AddSingleton<IHostedService>(provider => new Announcement(() => _started.TrySetResult(provider)));
        });
    }

    /// <summary>Wrong settings come together, and each is named.</summary>
    private static IEnumerable<string> Problems(Exception fault) => fault switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(Problems),
        OptionsValidationException settings => settings.Failures,
        _ => [fault.Message],
    };

    /// <summary>The last hosted service to start: when it does, the app runs.</summary>
    private sealed class Announcement(Action started) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            started();
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    private sealed class Listeners(InProcessWorker worker) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
    {
        public void OnNext(DiagnosticListener value)
        {
            if (value.Name == HostingListener)
            {
                value.Subscribe(this);
            }
        }

        public void OnNext(KeyValuePair<string, object?> value)
        {
            if (Current.Value == worker && value is { Key: HostBuilding, Value: IHostBuilder host })
            {
                worker.Building(host);
            }
        }

        public void OnCompleted()
        {
        }

        public void OnError(Exception error)
        {
        }
    }
}
