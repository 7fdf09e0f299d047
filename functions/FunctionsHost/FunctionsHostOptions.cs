using Microsoft.Azure.WebJobs.Extensions.DurableTask;
using Microsoft.Extensions.Logging;

namespace FunctionsHosting;

/// <summary>Where the worker runs.</summary>
public enum WorkerPlace
{
    /// <summary>In the host's process: its services can be reached and replaced.</summary>
    InProcess,

    /// <summary>As a process of its own, as on Azure; it ends with the host.</summary>
    OwnProcess,
}

/// <summary>What a running host is made of.</summary>
public record FunctionsHostOptions
{
    public const int DefaultPort = 7071;

    public const int DefaultServiceBusPort = 5672;

    /// <summary>
    /// The app's settings; keys with <c>:</c> or <c>__</c>. The host adds the connection strings of what it starts itself. Settings of the
    /// form <c>AzureFunctionsJobHost__path__to__setting</c> stand above host.json, as on Azure.
    /// </summary>
    public IReadOnlyDictionary<string, string?> Settings { get; init; } = new Dictionary<string, string?>();

    public WorkerPlace Worker { get; init; } = WorkerPlace.InProcess;

    public BusinessClock Clock { get; init; } = BusinessClock.Real();

    /// <summary>Keeps the business time over restarts; null where it need not be kept.</summary>
    public ClockFile? ClockFile { get; init; }

    /// <summary>Counts what is under way; shared with whatever else works for the app in the same process.</summary>
    public WorkTracker Work { get; init; } = new();

    /// <summary>
    /// An Azurite of our own, started when the settings name no storage (<c>AzureWebJobsStorage</c> absent or <c>UseDevelopmentStorage=true</c>).
    /// Null together with no storage setting: the app has no storage.
    /// </summary>
    public AzuriteOptions? Azurite { get; init; }

    /// <summary>Where durable state is kept; null: with the official Azure Storage provider, in the app's storage.</summary>
    public Func<IServiceProvider, DurabilityProvider>? TaskHub { get; init; }

    /// <summary>Folder of the broker's and the timers' state; null keeps both in memory.</summary>
    public string? DataFolder { get; init; }

    /// <summary>
    /// The entities of a broker of our own, a config.json in the official emulator's format; null: <c>servicebus.config.json</c> in the app's
    /// folder, where there is one. The broker is not started when the settings name another one in <c>ServiceBusConnection</c>.
    /// </summary>
    public string? BrokerConfig { get; init; }

    /// <summary>HTTP port on loopback; 0 is any free one.</summary>
    public int Port { get; init; }

    /// <summary>AMQP port on loopback; 0 is any free one.</summary>
    public int ServiceBusPort { get; init; }

    /// <summary>Serve <c>/localhost/clock/advance</c>, <c>/localhost/idle</c> and <c>/localhost/status</c>.</summary>
    public bool TestHooks { get; init; }

    /// <summary>Where logs go, the host's and the app's; null is nowhere.</summary>
    public Action<ILoggingBuilder>? Logging { get; init; }

    /// <summary>Where the list of functions is printed; null is nowhere.</summary>
    public TextWriter? Output { get; init; }

    /// <summary>How long a stop waits for requests, turns, activities and messages before it cancels them. Real time.</summary>
    public TimeSpan DrainLimit { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Orchestrations can be started before this has ended, and do not run: so a bench sees what a start costs, without what it sets off.</summary>
    internal Task MayRun { get; init; } = Task.CompletedTask;
}
