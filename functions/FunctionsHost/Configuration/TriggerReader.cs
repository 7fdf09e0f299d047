using Cronos;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace FunctionsHosting.Configuration;

/// <summary>Turns the bindings of a function into a checked trigger.</summary>
/// <param name="refuse">Told what is wrong, and what is allowed.</param>
internal sealed class TriggerReader(HostJson host, SettingNames settings, Action<string> refuse)
{
    /// <summary>The connection setting the official extension falls back to.</summary>
    private const string DefaultServiceBusConnection = "AzureWebJobsServiceBus";

    private static readonly IDictionary<string, Type> Constraints = new RouteOptions().ConstraintMap;
    private static readonly string[] Durable = [BindingTypes.Orchestration, BindingTypes.Activity, BindingTypes.Entity];

    /// <summary>The trigger, or null after saying what is wrong with it or with another binding.</summary>
    public Trigger? Read(FunctionDefinition function)
    {
        foreach (var binding in function.Bindings.Where(b => b != function.Trigger && !IsServed(b)))
        {
            refuse($"binding '{binding.Name}' of type {binding.Type} is not served by this host; beside a trigger it serves: "
                + $"{BindingTypes.DurableClient}, {BindingTypes.HttpOutput} (out)");
        }

        return function.Trigger is not { } trigger ? Refuse("has no trigger")
            : trigger.Is(BindingTypes.Http) ? Http(function.Name, trigger)
            : trigger.Is(BindingTypes.Timer) ? Timer(trigger)
            : trigger.Is(BindingTypes.ServiceBus) ? Queue(trigger)
            : Array.Find(Durable, trigger.Is) is { } kind ? new DurableTrigger(kind, function.Name)
            : Refuse($"trigger '{trigger.Name}' of type {trigger.Type} is not served by this host; it serves: {BindingTypes.Http}, "
                + $"{BindingTypes.Timer}, {BindingTypes.ServiceBus} (queues), {string.Join(", ", Durable)}");
    }

    private static bool IsServed(FunctionBinding binding) =>
        binding.Is(BindingTypes.DurableClient) || (binding.Is(BindingTypes.HttpOutput) && binding.IsOutput);

    private Trigger? Http(string function, FunctionBinding http)
    {
        if (Resolve(http.Text("route") ?? function, "route") is not { } route)
        {
            return null;
        }

        var pattern = string.Join('/', new[] { host.RoutePrefix, route.Trim('/') }.Where(static part => part.Length > 0));
        try
        {
            var policies = RoutePatternFactory.Parse(pattern).ParameterPolicies.SelectMany(static parameter => parameter.Value);
            var unknown = policies.Select(static policy => policy.Content!.Split('(')[0])
                .Where(static name => !Constraints.ContainsKey(name)).Distinct().ToArray();
            return unknown.Length == 0
                ? new HttpTrigger(
                    pattern,
                    [.. http.Texts("methods").Select(static method => method.ToUpperInvariant())],
                    NeedsKey: !"anonymous".Equals(http.Text("authLevel"), StringComparison.OrdinalIgnoreCase))
                : Refuse($"route '{route}' uses the unknown constraint {string.Join(", ", unknown)}; allowed: {string.Join(", ", Constraints.Keys)}");
        }
        catch (RoutePatternException e)
        {
            return Refuse($"route '{route}' is not a route template: {e.Message}");
        }
    }

    private Trigger? Timer(FunctionBinding timer)
    {
        if (Resolve(timer.Text("schedule") ?? "", "schedule") is not { } expression)
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
            return Refuse($"schedule '{expression}' is not five or six NCRONTAB fields ((second) minute hour day month day-of-week): {e.Message}");
        }
    }

    private Trigger? Queue(FunctionBinding bus)
    {
        if (bus.Text("queueName") is not { } queue)
        {
            return Refuse($"listens to topic '{bus.Text("topicName")}'; this host listens to queues only");
        }

        var isBatched = "many".Equals(bus.Text("cardinality"), StringComparison.OrdinalIgnoreCase);
        if (isBatched || bus.Flag("isSessionsEnabled", fallback: false))
        {
            return Refuse($"{(isBatched ? "IsBatched" : "IsSessionsEnabled")} is not served by this host; allowed: false");
        }

        var connection = bus.Text("connection") ?? DefaultServiceBusConnection;
        return settings[connection] is null ? Refuse($"setting '{connection}' is missing; it holds the Service Bus connection string")
            : Resolve(queue, "queue name") is not { } path ? null
            : new QueueTrigger(path, connection, host.AutoCompleteMessages && bus.Flag("autoCompleteMessages", fallback: true), bus.IsDeferred);
    }

    private string? Resolve(string text, string what)
    {
        var resolved = settings.Resolve(text, out var missing);
        foreach (var name in missing)
        {
            refuse($"setting '{name}', used in its {what} '{text}', is missing");
        }

        return missing.Count == 0 ? resolved : null;
    }

    private Trigger? Refuse(string problem)
    {
        refuse(problem);
        return null;
    }
}
