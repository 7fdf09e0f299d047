using LocalHost;
using FunctionsHosting.Clock;
using LocalHost.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.Hosting;

namespace Worker.Tests;

/// <summary>Small function apps for tests: some classes and a Program, run by a real host on a standing clock and a free port.</summary>
internal static class TestApp
{
    public static readonly DateTimeOffset Start = new(2026, 9, 18, 0, 0, 0, TimeSpan.Zero);

    public static FunctionApp Of(Type type, Action<FunctionsApplicationBuilder>? program = null) => Of([type], program);

    public static FunctionApp Of(IReadOnlyList<Type> types, Action<FunctionsApplicationBuilder>? program = null) => new(
        typeof(TestApp).Assembly.GetName().Name!,
        AppContext.BaseDirectory,
        types,
        args =>
        {
            var builder = FunctionsApplication.CreateBuilder(args);
            builder.ConfigureFunctionsWebApplication();
            program?.Invoke(builder);
            builder.Build().Run();
        });

    public static RunningHostOptions Options(FunctionApp app, params (string Name, string Value)[] settings) => new()
    {
        App = app,
        Clock = BusinessClock.Frozen(Start),
        Settings = settings.ToDictionary(static s => s.Name, static s => (string?)s.Value),
        DrainLimit = TimeSpan.FromSeconds(10),
    };

    public static Task<RunningHost> Run(Type type, params (string Name, string Value)[] settings) =>
        RunningHost.StartAsync(Options(Of(type), settings));

    public static HttpClient Client(this RunningHost host) => new() { BaseAddress = host.BaseAddress };
}
