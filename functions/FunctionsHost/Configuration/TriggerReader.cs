using Cronos;
using FunctionsHosting.Worker;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace FunctionsHosting.Configuration;

/// <summary>Turns the bindings of a function into a checked trigger.</summary>
internal sealed class TriggerReader(HostJson host, SettingNames settings)
{
    /// <summary>The connection setting the official extension falls back to.</summary>
    private const string DefaultServiceBusConnection = "AzureWebJobsServiceBus";

    private static readonly IDictionary<string, Type> Constraints = new RouteOptions().ConstraintMap;

    /// <summary>The trigger, or null after saying what is wrong with it or with another binding.</summary>
    public Trigger? Read(FunctionDefinition function, Action<string> refuse)
    {
        foreach (var binding in function.Bindings.Where(b => b != function.Trigger && !IsServed(b)))
        {
            refuse($"binding '{binding.Name}' of type {binding.Type} is not served by this host; beside a trigger it serves: "
                + $"{BindingTypes.DurableClient}, {BindingTypes.HttpOutput} (out)");
        }

        return function.Trigger is not { } trigger ? Refused(refuse, "has no trigger")
            : trigger.Is(BindingTypes.Http) ? Http(function.Name, trigger, refuse)
            : trigger.Is(BindingTypes.Timer) ? Timer(trigger, refuse)
            : trigger.Is(BindingTypes.ServiceBus) ? Queue(trigger, refuse)
            : trigger.Is(BindingTypes.Orchestration) ? new DurableTrigger(BindingTypes.Orchestration, function.Name)
            : trigger.Is(BindingTypes.Activity) ? new DurableTrigger(BindingTypes.Activity, function.Name)
            : trigger.Is(BindingTypes.Entity) ? new DurableTrigger(BindingTypes.Entity, function.Name)
            : Refused(refuse, $"trigger '{trigger.Name}' of type {trigger.Type} is not served by this host; it serves: {BindingTypes.Http}, "
                + $"{BindingTypes.Timer}, {BindingTypes.ServiceBus} (queues), {BindingTypes.Orchestration}, {BindingTypes.Activity}, {BindingTypes.Entity}");
    }

    private static bool IsServed(FunctionBinding binding) =>
        binding.Is(BindingTypes.DurableClient) || (binding.Is(BindingTypes.HttpOutput) && binding.IsOutput);

    private HttpTrigger? Http(string function, FunctionBinding http, Action<string> refuse)
    {
        if (Resolve(http.Text("route") ?? function, "route", refuse) is not { } route)
        {
            return null;
        }

        var pattern = string.Join('/', new[] { host.RoutePrefix, route.Trim('/') }.Where(static part => part.Length > 0));
        try
        {
            var unknown = RoutePatternFactory.Parse(pattern).ParameterPolicies
                .SelectMany(static p => p.Value)
                .Select(static policy => policy.Content!.Split('(')[0])
                .Where(static name => !Constraints.ContainsKey(name))
                .Distinct()
                .ToArray();
            if (unknown.Length > 0)
            {
                refuse($"route '{route}' uses the unknown constraint {string.Join(", ", unknown)}; allowed: {string.Join(", ", Constraints.Keys)}");
                return null;
            }
        }
        catch (RoutePatternException e)
        {
            refuse($"route '{route}' is not a route template: {e.Message}");
            return null;
        }

        var isAnonymous = string.Equals(http.Text("authLevel"), "anonymous", StringComparison.OrdinalIgnoreCase);
        return new HttpTrigger(pattern, [.. http.Texts("methods").Select(static m => m.ToUpperInvariant())], NeedsKey: !isAnonymous);
    }

    private TimerTrigger? Timer(FunctionBinding timer, Action<string> refuse)
    {
        if (Resolve(timer.Text("schedule") ?? "", "schedule", refuse) is not { } expression)
        {
            return null;
        }

        try
        {
            var hasSeconds = expression.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length > 5;
            var schedule = CronExpression.Parse(expression, hasSeconds ? CronFormat.IncludeSeconds : CronFormat.Standard);
            return new TimerTrigger(expression, schedule, timer.Flag("runOnStartup", fallback: false), timer.Flag("useMonitor", fallback: true));
        }
        catch (CronFormatException e)
        {
            refuse($"schedule '{expression}' is not five or six NCRONTAB fields ((second) minute hour day month day-of-week): {e.Message}");
            return null;
        }
    }

    private QueueTrigger? Queue(FunctionBinding bus, Action<string> refuse)
    {
        if (bus.Text("queueName") is not { } queue)
        {
            refuse($"listens to topic '{bus.Text("topicName")}'; this host listens to queues only");
            return null;
        }

        var isBatched = string.Equals(bus.Text("cardinality"), "many", StringComparison.OrdinalIgnoreCase);
        if (isBatched || bus.Flag("isSessionsEnabled", fallback: false))
        {
            refuse($"{(isBatched ? "IsBatched" : "IsSessionsEnabled")} is not served by this host; allowed: false");
            return null;
        }

        var connection = bus.Text("connection") ?? DefaultServiceBusConnection;
        if (settings[connection] is null)
        {
            refuse($"setting '{connection}' is missing; it holds the Service Bus connection string");
            return null;
        }

        return Resolve(queue, "queue name", refuse) is { } path
            ? new QueueTrigger(path, connection, host.AutoCompleteMessages && bus.Flag("autoCompleteMessages", fallback: true), bus.IsDeferred)
            : null;
    }

    private string? Resolve(string text, string what, Action<string> refuse)
    {
        var resolved = settings.Resolve(text, out var missing);
        foreach (var name in missing)
        {
            refuse($"setting '{name}', used in its {what} '{text}', is missing");
        }

        return missing.Count == 0 ? resolved : null;
    }

    private static Trigger? Refused(Action<string> refuse, string problem)
    {
        refuse(problem);
        return null;
    }
}
