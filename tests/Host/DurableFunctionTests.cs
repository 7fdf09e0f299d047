using System.Collections.Concurrent;
using System.Net;
using LocalHost;
using FunctionsHosting.Clock;
using LocalHost.Durable.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Azure.Functions.Worker.Middleware;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Worker.Tests;

public sealed class DurableFunctionTests
{
    [Fact]
    public async Task A_request_starts_an_orchestration_that_waits_three_days_and_calls_activities()
    {
        await using var host = await Start();
        using var client = host.Client();

        using var answer = await client.PostAsync(new Uri("api/greetings/kim", UriKind.Relative), content: null);
        await host.WhenIdle();
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Equal(["greet kim of greeting-kim"], host.Services.GetRequiredService<Log>().Lines);
        Assert.Equal(TestApp.Start.AddDays(3), host.Clock.NextDue);

        await host.AdvanceTo(TestApp.Start.AddDays(3));

        Assert.Equal(["greet kim of greeting-kim", "farewell kim of greeting-kim"], host.Services.GetRequiredService<Log>().Lines);
        var instance = await host.Services.GetRequiredService<DurableTaskClient>().GetInstanceAsync("greeting-kim", getInputsAndOutputs: true);
        Assert.Equal(OrchestrationRuntimeStatus.Completed, instance!.RuntimeStatus);
        Assert.Equal("hello kim, bye kim", instance.ReadOutputAs<string>());
    }

    [Fact]
    public async Task Middleware_wraps_activities_once_and_orchestrators_on_every_turn()
    {
        await using var host = await Start();
        using var client = host.Client();

        using var answer = await client.PostAsync(new Uri("api/greetings/kim", UriKind.Relative), content: null);
        await host.AdvanceTo(TestApp.Start.AddDays(3));

        var seen = host.Services.GetRequiredService<Log>().Invocations;
        Assert.Equal(1, seen.Count(static name => name == "StartGreeting"));
        Assert.Equal(2, seen.Count(static name => name == "Say"));
        Assert.True(seen.Count(static name => name == "GreetingOrchestrator") >= 3);
    }

    [Fact]
    public async Task What_a_stopped_host_left_is_taken_up_by_the_next()
    {
        var hub = new MemoryTaskHubStore();
        await using (var first = await Start(hub))
        {
            var client = first.Services.GetRequiredService<DurableTaskClient>();
            await client.ScheduleNewOrchestrationInstanceAsync(nameof(Greetings.GreetingOrchestrator), new Greeting("lee"));
            await first.WhenIdle();
        }

        await using var second = await Start(hub, TestApp.Start.AddDays(2));
        await second.AdvanceTo(TestApp.Start.AddDays(3));

        Assert.StartsWith("farewell lee", Assert.Single(second.Services.GetRequiredService<Log>().Lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_activity_that_throws_fails_its_orchestration_with_the_reason()
    {
        await using var host = await Start();
        var client = host.Services.GetRequiredService<DurableTaskClient>();

        var id = await client.ScheduleNewOrchestrationInstanceAsync(nameof(Greetings.GreetingOrchestrator), new Greeting("nobody"));
        await host.WhenIdle();

        var instance = await client.GetInstanceAsync(id, getInputsAndOutputs: true);
        Assert.Equal(OrchestrationRuntimeStatus.Failed, instance!.RuntimeStatus);
        Assert.Contains("nobody to greet", instance.FailureDetails!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_hub_name_that_storage_does_not_take_is_named()
    {
        var refused = await Assert.ThrowsAsync<HostStartException>(() => TestApp.Run(
            typeof(Greetings),
            ("AzureWebJobsStorage", "UseDevelopmentStorage=true"),
            ("AzureFunctionsJobHost__extensions__durableTask__hubName", "my-hub")));

        Assert.Contains("The task hub 'my-hub' cannot be used", refused.Message, StringComparison.Ordinal);
    }

    internal static Task<RunningHost> Start(
        ITaskHubStore? hub = null, DateTimeOffset? at = null, params (string Name, string Value)[] settings) => RunningHost.StartAsync(
        TestApp.Options(TestApp.Of(typeof(Greetings), Program), settings) with { TaskHub = hub, Clock = BusinessClock.Frozen(at ?? TestApp.Start) });

    private static void Program(FunctionsApplicationBuilder builder)
    {
        builder.UseMiddleware<Recorder>();
        builder.Services.AddSingleton<Log>();
    }

    public sealed class Log
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ConcurrentQueue<string> Invocations { get; } = new();

        /// <summary>Then "nobody" is a name like any other.</summary>
        public bool GreetsNobody { get; set; }
    }

    public sealed class Recorder(Log log) : IFunctionsWorkerMiddleware
    {
        public Task Invoke(FunctionContext context, FunctionExecutionDelegate next)
        {
            log.Invocations.Enqueue(context.FunctionDefinition.Name);
            return next(context);
        }
    }

    public sealed record Greeting(string Name);

    public sealed record Line(string Verb, string Name);

    public sealed class Greetings(Log log)
    {
        [Function("StartGreeting")]
        public static async Task<IActionResult> StartGreeting(
            [HttpTrigger(AuthorizationLevel.Anonymous, "post", Route = "greetings/{name}")] HttpRequest request,
            string name,
            [DurableClient] DurableTaskClient client)
        {
            await client.ScheduleNewOrchestrationInstanceAsync(
                nameof(GreetingOrchestrator),
                new Greeting(name),
                new StartOrchestrationOptions($"greeting-{name}"),
                request.HttpContext.RequestAborted);
            return new AcceptedResult();
        }

        [Function(nameof(GreetingOrchestrator))]
        public static async Task<string> GreetingOrchestrator([OrchestrationTrigger] TaskOrchestrationContext context, Greeting greeting)
        {
            var hello = await context.CallActivityAsync<string>(nameof(Say), new Line("greet", greeting.Name));
            await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
            return $"{hello}, {await context.CallActivityAsync<string>(nameof(Say), new Line("farewell", greeting.Name))}";
        }

        [Function(nameof(Say))]
        public async Task<string> Say([ActivityTrigger] Line line, FunctionContext context, CancellationToken cancellation)
        {
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            if (line.Name == "nobody" && !log.GreetsNobody)
            {
                throw new InvalidOperationException("nobody to greet");
            }

            log.Lines.Enqueue($"{line.Verb} {line.Name} of {context.BindingContext.BindingData["instanceId"]}");
            return line.Verb == "greet" ? $"hello {line.Name}" : $"bye {line.Name}";
        }
    }
}
