using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace LocalHost.Worker;

/// <summary>What the host puts into the app's builder before the app's Program does.</summary>
internal sealed record HostedRuntimeOptions
{
    public required IReadOnlyDictionary<string, string?> Settings { get; init; }

    public required Action<ILoggingBuilder> Logging { get; init; }

    public required Action<IServiceCollection> Services { get; init; }

    /// <summary>0 is any free port.</summary>
    public required int Port { get; init; }

    public required TimeSpan? FunctionTimeout { get; init; }

    /// <summary>How long a stop may take in all.</summary>
    public required TimeSpan ShutdownLimit { get; init; }

    /// <summary>Started after the app's own hosted services and before HTTP, stopped the other way round.</summary>
    public required IHostedService Triggers { get; init; }
}
