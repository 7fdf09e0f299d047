using System.Collections.Concurrent;
using LocalHost;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Worker.Tests;

public sealed class InvocationTests
{
    [Fact]
    public async Task Middleware_runs_in_the_order_it_was_added_and_around_every_kind_of_function()
    {
        await using var host = await RunningHost.StartAsync(TestApp.Options(TestApp.Of(typeof(Functions), Program)));
        using var client = host.Client();

        Assert.Equal("hello", await client.GetStringAsync(new Uri("api/hello", UriKind.Relative)));
        await host.AdvanceTo(TestApp.Start.AddHours(1));

        Assert.Equal(
            ["outer Hello", "inner Hello", "Hello", "inner end", "outer end", "outer Tick", "Tick", "outer end"],
            host.Services.GetRequiredService<Trace>().Lines);
    }

    [Fact]
    public async Task Every_invocation_has_a_scope_of_its_own_that_ends_with_it()
    {
        await using var host = await RunningHost.StartAsync(TestApp.Options(TestApp.Of(typeof(Scoped), Program)));
        using var client = host.Client();

        var first = await client.GetStringAsync(new Uri("api/scoped", UriKind.Relative));
        var second = await client.GetStringAsync(new Uri("api/scoped", UriKind.Relative));
        await host.WhenIdle();

        Assert.NotEqual(first, second);
        Assert.Equal([$"end {first}", "class end", $"end {second}", "class end"], Ordered(host.Services.GetRequiredService<Trace>().Lines));
    }

    [Fact]
    public async Task The_context_tells_the_function_of_itself()
    {
        await using var host = await TestApp.Run(typeof(Context));
        using var client = host.Client();

        var text = await client.GetStringAsync(new Uri("api/about/7?x=1", UriKind.Relative));

        Assert.Equal("About httpTrigger Worker.Tests.InvocationTests+Context.About 7 1 /api/about/7", text);
    }

    [Fact]
    public async Task Each_host_runs_its_own_apps_program_also_with_several_in_one_process()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => RunningHost.StartAsync(TestApp.Options(
            TestApp.Of(typeof(Numbered), builder => builder.Services.AddSingleton(new Number(i)))))));
        var answers = await Task.WhenAll(hosts.Select(async host =>
        {
            using var client = host.Client();
            return await client.GetStringAsync(new Uri("api/number", UriKind.Relative));
        }));
        foreach (var host in hosts)
        {
            await host.DisposeAsync();
        }

        Assert.Equal(["0", "1", "2", "3"], answers);
    }

    [Fact]
    public void An_app_that_is_started_without_a_host_says_how_to_start_it()
    {
        var refused = Assert.Throws<InvalidOperationException>(() => FunctionsApplication.CreateBuilder([]));

        Assert.Contains("dotnet run --project functions/LocalHost", refused.Message, StringComparison.Ordinal);
    }

    private static void Program(FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<Outer>();
        builder.UseWhen<Inner>(context => context.FunctionDefinition.InputBindings.Values.Any(b => b.Type == "httpTrigger"));
        builder.Services.AddSingleton<Trace>();
        builder.Services.AddScoped<PerInvocation>();
    }

    /// <summary>The class ends after its scope's services are still there, so its line comes first; the scope's line names the invocation.</summary>
    private static IEnumerable<string> Ordered(IEnumerable<string> lines) =>
        lines.Where(static l => l.Contains("end", StringComparison.Ordinal) && l is not ("outer end" or "inner end"))
            .Chunk(2)
            .SelectMany(static pair => pair.Reverse());

    public sealed class Trace
    {
        public ConcurrentQueue<string> Lines { get; } = new();
    }

    public sealed class Outer(Trace trace) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            trace.Lines.Enqueue($"outer {context.FunctionDefinition.Name}");
            await next(context);
            trace.Lines.Enqueue("outer end");
        }
    }

    public sealed class Inner(Trace trace) : IFunctionsWorkerMiddleware
    {
        public async Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            trace.Lines.Enqueue($"inner {context.FunctionDefinition.Name}");
            await next(context);
            trace.Lines.Enqueue("inner end");
        }
    }

    public sealed class PerInvocation(Trace trace) : IDisposable
    {
        public Guid Id { get; } = Guid.NewGuid();

        public void Dispose() => trace.Lines.Enqueue($"end {Id}");
    }

    public sealed class Functions(Trace trace)
    {
        [Function("Hello")]
        public string Hello([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "hello")] HttpRequest request)
        {
            trace.Lines.Enqueue("Hello");
            return "hello";
        }

        [Function("Tick")]
        public void Tick([TimerTrigger("0 0 1 * * *")] TimerInfo timer) => trace.Lines.Enqueue("Tick");
    }

    public sealed class Scoped(PerInvocation service, Trace trace) : IDisposable
    {
        [Function("Scoped")]
        public string Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "scoped")] HttpRequest request, FunctionContext context) =>
            context.InstanceServices.GetRequiredService<PerInvocation>() == service ? service.Id.ToString() : "another scope";

        public void Dispose() => trace.Lines.Enqueue("class end");
    }

    public static class Context
    {
        [Function("About")]
        public static string About(
            [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "about/{id}")] HttpRequest request, FunctionContext context)
        {
            var function = context.FunctionDefinition;
            var data = context.BindingContext.BindingData;
            var path = context.GetHttpContext()!.Request.Path;
            return $"{function.Name} {function.InputBindings["request"].Type} {function.EntryPoint} {data["ID"]} {data["x"]} {path}";
        }
    }

    public sealed record Number(int Value);

    public sealed class Numbered(Number number)
    {
        [Function("Number")]
        public string Run([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "number")] HttpRequest request) => $"{number.Value}";
    }
}
