using System.Diagnostics.CodeAnalysis;
using LocalHost.Durable;
using Microsoft.DurableTask;
using Microsoft.Extensions.DependencyInjection;

namespace LocalHost.Worker;

/// <summary>The app's orchestrators and activities as the durable engine calls them.</summary>
internal sealed class DurableFunctions : IDurableFunctions
{
    private readonly Dictionary<string, FunctionEntry> _orchestrators;
    private readonly Dictionary<string, FunctionEntry> _activities;
    private readonly Func<AttachedApp> _app;

    /// <param name="catalogue">The app's functions.</param>
    /// <param name="app">The built app; the engine exists before it, and calls functions only after the app has started.</param>
    public DurableFunctions(FunctionCatalogue catalogue, Func<AttachedApp> app)
    {
        _app = app;
        _orchestrators = ByName(catalogue, static trigger => (trigger as OrchestrationTrigger)?.Name);
        _activities = ByName(catalogue, static trigger => (trigger as ActivityTrigger)?.Name);
    }

    public bool TryGetOrchestrator(TaskName name, [NotNullWhen(true)] out OrchestratorBody? body)
    {
        body = Find(_orchestrators, name) is { } function ? context => Orchestrate(function, context) : null;
        return body is not null;
    }

    public bool TryGetActivity(TaskName name, [NotNullWhen(true)] out ActivityBody? body)
    {
        body = Find(_activities, name) is { } function ? (activity, cancellation) => RunActivity(function, activity, cancellation) : null;
        return body is not null;
    }

    private async Task<object?> Orchestrate(FunctionEntry function, TaskOrchestrationContext context)
    {
        var app = _app();
        await using var scope = app.Services.CreateAsyncScope();
        return await app.Invoker.Orchestrate(function, scope.ServiceProvider, invocation =>
        {
            invocation.Features.Set(context);
            invocation.BindingData["instanceId"] = context.InstanceId;
        });
    }

    private async Task<object?> RunActivity(FunctionEntry function, ActivityInvocation activity, CancellationToken cancellation)
    {
        var app = _app();
        await using var scope = app.Services.CreateAsyncScope();
        void Prepare(InvocationContext invocation)
        {
            invocation.Features.Set(activity);
            invocation.BindingData["instanceId"] = activity.InstanceId;
        }

        return await app.Invoker.Invoke(function, scope.ServiceProvider, Prepare, cancellation);
    }

    private static Dictionary<string, FunctionEntry> ByName(FunctionCatalogue catalogue, Func<Trigger, string?> name) => catalogue.Functions
        .Select(f => (Name: name(f.Trigger), Function: f))
        .Where(static f => f.Name is not null)
        .ToDictionary(static f => f.Name!, static f => f.Function, StringComparer.OrdinalIgnoreCase);

    private static FunctionEntry? Find(Dictionary<string, FunctionEntry> functions, TaskName name) =>
        name.Name is { Length: > 0 } text ? functions.GetValueOrDefault(text) : null;
}
