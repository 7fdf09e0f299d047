using System.Reflection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace FunctionsHosting.Worker;

/// <summary>
/// Runs the app's own entry point on a thread of this process and reaches into its host while that is built, by the diagnostic event
/// "HostBuilding", as WebApplicationFactory does. There the services of the host that runs it come after the app's own.
/// </summary>
internal sealed class InProcessWorker(
    FunctionApp app, IReadOnlyDictionary<string, string?> settings, Action<ILoggingBuilder> logging, Action<IServiceCollection> services)
    : AppWorker(app), IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    /// <summary>The worker finds its generated code through the entry assembly, which is one for the whole process, so apps are built one at a time.</summary>
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Whose Program runs on this flow; other hosts of the process build, too.</summary>
    private static readonly AsyncLocal<InProcessWorker?> Current = new();

    private readonly ReservedPort _port = ReservedPort.Take(0);
    private readonly TaskCompletionSource<IServiceProvider> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override IServiceProvider? Services => _started.Task.IsCompletedSuccessfully ? _started.Task.Result : null;
    public override string LastWords => Fault is { } fault ? string.Join(' ', Problems(fault)) : "";
    private Exception? Fault => Ended.Exception?.InnerException;

    public override async Task Start(Uri endpoint, CancellationToken cancellation)
    {
        // The worker reads its usual switches only from the process's own command line, so they go in as configuration.
        string[] arguments =
        [
            .. settings.Select(static setting => $"--{setting.Key}={setting.Value}"),
            $"--Functions:Worker:HostEndpoint={endpoint}",
            $"--Functions:Worker:WorkerId={Id}",
            $"--Functions:Worker:RequestId={Guid.NewGuid()}",
            $"--Functions:Worker:GrpcMaxMessageLength={int.MaxValue}",
        ];
        await OneAtATime.WaitAsync(cancellation);
        var entry = Assembly.GetEntryAssembly();
        try
        {
            Assembly.SetEntryAssembly(App.Assembly);
            Environment.SetEnvironmentVariable("FUNCTIONS_APPLICATION_DIRECTORY", App.Folder);
            const TaskCreationOptions ThreadOfItsOwn = TaskCreationOptions.LongRunning | TaskCreationOptions.RunContinuationsAsynchronously;
            Ended = Task.Factory.StartNew(() => Main(arguments), CancellationToken.None, ThreadOfItsOwn, TaskScheduler.Default);
            await Task.WhenAny(_started.Task, Ended).WaitAsync(cancellation);
        }
        finally
        {
            Assembly.SetEntryAssembly(entry);
            OneAtATime.Release();
        }

        if (Services is null)
        {
            throw Failure();
        }
    }

    public override async Task Stop(TimeSpan limit)
    {
        if (!Ended.IsCompleted)
        {
            Services?.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }

        // A thread cannot be ended from outside: a Program that does not obey is left behind.
        await Task.WhenAny(Ended, Task.Delay(limit, TimeProvider.System));
        _port.Dispose();
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
        {
            value.Subscribe(this);
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (Current.Value == this && value is { Key: "HostBuilding", Value: IHostBuilder host })
        {
            Change(host);
        }
    }

    public void OnCompleted() { }
    public void OnError(Exception error) { }

    private void Main(string[] arguments)
    {
        Current.Value = this;
        using var listening = DiagnosticListener.AllListeners.Subscribe(this);
        var main = App.Assembly!.EntryPoint!;
        object?[] parameters = main.GetParameters().Length == 0 ? [] : [arguments];
        main.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, parameters, culture: null);
    }

    /// <summary>The port of the worker's own web server is a static of the process, so every worker in this process gets one of its own.</summary>
    private void Change(IHostBuilder host) => host
        .ConfigureAppConfiguration(configuration => configuration.AddInMemoryCollection(settings)
            .AddInMemoryCollection([new(WebHostDefaults.ServerUrlsKey, $"http://{_port.EndPoint}")]))
        .ConfigureLogging(logging)
        .ConfigureServices(collection =>
        {
            collection.AddSingleton<IHostLifetime>(provider =>
            {
                provider.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted.Register(() => _started.TrySetResult(provider));
                return new NoSignals();
            });
            collection.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = _port.Bound);
            collection.PostConfigure<WorkerOptions>(worker =>
            {
                if (worker.Capabilities.ContainsKey(HttpUriCapability))
                {
                    worker.Capabilities[HttpUriCapability] = $"http://{_port.EndPoint}/";
                }
            });
            services(collection);
        });

    /// <summary>Why a Program ended before its host had started.</summary>
    private HostStartException Failure() => Fault switch
    {
        null => new($"{App.Name}'s Program ended without running a host; it ends with builder.Build().Run()."),
        HostStartException known => known,
        var fault when Problems(fault).Distinct().ToList() is { Count: > 1 } several => new($"{App.Name} could not start", several),
        var fault => new($"{App.Name} could not start: {Problems(fault).First()}", fault),
    };

    /// <summary>Wrong settings come together, and each is named.</summary>
    private static IEnumerable<string> Problems(Exception fault) => fault switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(Problems),
        OptionsValidationException settings => settings.Failures,
        _ => [fault.Message],
    };
}
