using FunctionsHosting.Durable;
using FunctionsHosting.Worker;
using FunctionsHosting.Worker.Rpc;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Entities;
using Microsoft.DurableTask.Worker.Grpc;
using Microsoft.DurableTask.Worker.Shims;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace DurableHost.Tests;

/// <summary>A worker without a process: runs orchestrators, activities and entities where they stand, on the official runners.</summary>
internal sealed class Worker
{
    private static readonly ServiceProvider Services = new ServiceCollection()
        .AddSingleton(new DurableTaskShimFactory(new() { EnableEntitySupport = true }, NullLoggerFactory.Instance))
        .BuildServiceProvider();

    private readonly Dictionary<string, (string Trigger, DurableInvoker Run)> _functions = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Thrown instead of an answer as long as it is set.</summary>
    public Exception? Gone { get; set; }

    public IReadOnlyList<FunctionDefinition> Functions => [.. _functions.Select(static f => Define(f.Key, f.Value.Trigger))];

    public Worker Orchestrator(string name, Func<TaskOrchestrationContext, string?, Task<string?>> run) =>
        Add(name, "orchestrationTrigger", (_, input, _) => Task.FromResult<object?>(GrpcOrchestrationRunner.LoadAndRun(input!, run, Services)));

    public Worker Activity(string name, Func<string?, Task<object?>> run) => Add(name, "activityTrigger", (_, input, _) => run(input));

    public Worker Entity(string name, ITaskEntity entity) =>
        Add(name, "entityTrigger", async (_, input, _) => await GrpcEntityRunner.LoadAndRunAsync(input!, entity, Services));

    public async Task<object?> Invoke(string function, string? input, string? instanceId) =>
        Gone is { } gone ? throw gone : await _functions[function].Run(function, input, instanceId);

    /// <summary>An activity that failed, as the worker tells it.</summary>
    public static Exception Failure(string message) => new FunctionFailedException(new()
    {
        Exception = new() { Message = message, StackTrace = "at Somewhere" },
    });

    private static FunctionDefinition Define(string name, string trigger)
    {
        var metadata = new FunctionMetadata { Name = name };
        metadata.RawBindings.Add($$"""{"name":"input","type":"{{trigger}}","direction":"In"}""");
        return FunctionDefinition.Of(metadata);
    }

    private Worker Add(string name, string trigger, DurableInvoker run)
    {
        _functions[name] = (trigger, run);
        return this;
    }
}
