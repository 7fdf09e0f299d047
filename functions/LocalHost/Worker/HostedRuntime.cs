using System.Net;
using Functions.Sdk;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace LocalHost.Worker;

/// <summary>
/// The host's side of the app's builder: what is there before the app's Program adds its own, and what becomes of the app once it is built.
/// </summary>
internal sealed class HostedRuntime(FunctionApp app, HostedRuntimeOptions options, Action<WebApplication, FunctionInvoker> attach) : LocalRuntime
{
    private AttachedApp? _attached;
    private Action<WebApplication>? _onBuilt;

    public AttachedApp App => _attached ?? throw new InvalidOperationException("The app has not been built yet.");

    /// <summary>
    /// Runs the app's Program on a thread of its own, where this is its runtime, and returns when its host has started.
    /// The result ends when the Program has ended.
    /// </summary>
    /// <exception cref="HostStartException">The Program threw, or ended without running a host.</exception>
    public async Task<Task> Start(CancellationToken cancellation)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _onBuilt = web => web.Lifetime.ApplicationStarted.Register(started.SetResult);
        var program = Task.Factory.StartNew(
            () =>
            {
                Current = this;
                app.Main([]);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);

        await Task.WhenAny(started.Task, program).WaitAsync(cancellation);
        if (!started.Task.IsCompleted)
        {
            await Ended(program);
        }

        return program;
    }

    protected internal override WebApplicationBuilder CreateBuilder()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions
        {
            ApplicationName = app.Name,
            ContentRootPath = app.Folder,
            EnvironmentName = Environments.Development,
        });
        builder.Host.UseDefaultServiceProvider(static provider =>
        {
            provider.ValidateScopes = true;
            provider.ValidateOnBuild = true;
        });
        builder.Configuration.AddInMemoryCollection(options.Settings);
        options.Logging(builder.Logging);
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, options.Port);
        });
        builder.Services.AddRouting();
        builder.Services.AddMvcCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownLimit);
        builder.Services.AddSingleton<IHostLifetime, StoppedByTheHost>();
        options.Services(builder.Services);
        return builder;
    }

    protected internal override void Complete(WebApplicationBuilder builder) => builder.Services.AddSingleton<IHostedService>(options.Triggers);

    protected internal override void Attach(WebApplication web, Func<FunctionExecutionDelegate, FunctionExecutionDelegate> pipeline)
    {
        var invoker = new FunctionInvoker(pipeline, options.FunctionTimeout, web.Services.GetRequiredService<ILoggerFactory>());
        _attached = new AttachedApp(web, invoker);
        attach(web, invoker);
        _onBuilt?.Invoke(web);
    }

    private async Task Ended(Task program)
    {
        try
        {
            await program;
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            throw new HostStartException(
                $"Port {options.Port} is taken. Choose another one with --port (0: any free one) or the setting LocalHost:Port.", e);
        }
        catch (Exception e) when (e is not HostStartException)
        {
            throw Problems(e).Distinct().ToList() is { Count: > 1 } several
                ? new HostStartException($"{app.Name} could not start", several)
                : new HostStartException($"{app.Name} could not start: {Problems(e).First()}", e);
        }

        throw new HostStartException($"{app.Name}'s Program ended without running a host; it ends with builder.Build().Run().");
    }

    /// <summary>Wrong settings come together, and each is named.</summary>
    private static IEnumerable<string> Problems(Exception e) => e switch
    {
        AggregateException several => several.InnerExceptions.SelectMany(Problems),
        OptionsValidationException settings => settings.Failures,
        _ => [e.Message],
    };

    /// <summary>Signals are the local host's to handle, not the app's: several apps may run in one process.</summary>
    private sealed class StoppedByTheHost : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
