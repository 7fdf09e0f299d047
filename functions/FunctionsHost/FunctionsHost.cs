using FunctionsHosting.Clock;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace FunctionsHosting;

/// <summary>
/// A function app with everything it runs on: the official worker and durable engine, HTTP, timers, queue listeners, broker and storage.
/// Several may run in one process.
/// </summary>
public sealed class FunctionsHost : IAsyncDisposable
{
    private readonly FunctionsHostOptions _options;

    private FunctionsHost(FunctionApp app, FunctionsHostOptions options, Action<IServiceCollection>? services)
    {
        _options = options;
        options.Clock.Work = options.Work;
    }

    /// <summary>Where the functions are reached, for example <c>http://127.0.0.1:7071/</c>.</summary>
    public Uri BaseAddress => throw new NotImplementedException();

    public BusinessClock Clock => _options.Clock;

    /// <summary>Ends when the app has stopped by itself; carries the error of an app that broke.</summary>
    public Task Stopped => throw new NotImplementedException();

    /// <summary>The app's own services.</summary>
    /// <exception cref="InvalidOperationException">The worker is a process of its own.</exception>
    public IServiceProvider Services => throw new NotImplementedException();

    /// <summary>A client of the app's task hub.</summary>
    public DurableTaskClient DurableClient => throw new NotImplementedException();

    /// <summary>What is being worked on; empty when idle.</summary>
    public string UnderWay => _options.Work.UnderWay;

    /// <summary>The settings as the app sees them, with what the host added.</summary>
    public IReadOnlyDictionary<string, string?> Settings => throw new NotImplementedException();

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
    public static Task<FunctionsHost> StartAsync(
        FunctionApp app, FunctionsHostOptions options, Action<IServiceCollection>? services = null, CancellationToken cancellation = default) =>
        throw new NotImplementedException();

    public HttpClient CreateClient() => new() { BaseAddress = BaseAddress };

    /// <summary>Completes when nothing is under way and nothing is due.</summary>
    public Task WhenIdle(CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>
    /// Goes forward in business time from alarm to alarm, letting everything settle at each, and ends idle at <paramref name="instant"/>.
    /// </summary>
    public Task AdvanceTo(DateTimeOffset instant, CancellationToken ct = default) => throw new NotImplementedException();

    /// <summary>
    /// Takes nothing new; finishes requests, turns, activities and messages at work (after <see cref="FunctionsHostOptions.DrainLimit"/> their
    /// tokens are cancelled); then stops the app, the broker and its own Azurite.
    /// </summary>
    public ValueTask DisposeAsync() => throw new NotImplementedException();

    internal HostStatus Status() => throw new NotImplementedException();
}
