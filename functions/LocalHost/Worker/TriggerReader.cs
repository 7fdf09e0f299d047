using Cronos;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace LocalHost.Worker;

/// <summary>Turns a trigger attribute into a checked trigger.</summary>
internal sealed class TriggerReader(HostJson host, SettingNames settings)
{
    /// <summary>The connection setting the official extension falls back to.</summary>
    private const string DefaultServiceBusConnection = "AzureWebJobsServiceBus";

    private static readonly IDictionary<string, Type> Constraints = new RouteOptions().ConstraintMap;

    /// <summary>The trigger, or null after saying what is wrong with it.</summary>
    public Trigger? Read(string function, TriggerBindingAttribute attribute, Action<string> refuse) => attribute switch
    {
        HttpTriggerAttribute http => Http(function, http, refuse),
        TimerTriggerAttribute timer => Timer(timer, refuse),
        ServiceBusTriggerAttribute bus => Queue(bus, refuse),
        OrchestrationTriggerAttribute orchestration => new OrchestrationTrigger(orchestration.Orchestration ?? function),
        ActivityTriggerAttribute activity => new ActivityTrigger(activity.Activity ?? function),
        _ => Refused(refuse, $"has a trigger this host does not know: {attribute.GetType().Name}"),
    };

    private HttpTrigger? Http(string function, HttpTriggerAttribute http, Action<string> refuse)
    {
        if (Resolve(http.Route ?? function, "route", refuse) is not { } route)
        {
            return null;
        }

        if (http.AuthLevel is not (AuthorizationLevel.Anonymous or AuthorizationLevel.Function or AuthorizationLevel.Admin))
        {
            refuse($"authorization level {http.AuthLevel} is not supported; allowed: Anonymous, Function, Admin");
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

        return new HttpTrigger(pattern, [.. (http.Methods ?? []).Select(static m => m.ToUpperInvariant())], http.AuthLevel);
    }

    private TimerTrigger? Timer(TimerTriggerAttribute timer, Action<string> refuse)
    {
        if (Resolve(timer.Schedule, "schedule", refuse) is not { } expression)
        {
            return null;
        }

        try
        {
            return new TimerTrigger(expression, CronExpression.Parse(expression, CronFormat.IncludeSeconds), timer.RunOnStartup, timer.UseMonitor);
        }
        catch (CronFormatException e)
        {
            refuse($"schedule '{expression}' is not six NCRONTAB fields (second minute hour day month day-of-week): {e.Message}");
            return null;
        }
    }

    private QueueTrigger? Queue(ServiceBusTriggerAttribute bus, Action<string> refuse)
    {
        if (bus.QueueName is null)
        {
            refuse($"listens to topic '{bus.TopicName}'; this host listens to queues only");
            return null;
        }

        if (bus.IsBatched || bus.IsSessionsEnabled)
        {
            refuse($"{(bus.IsBatched ? nameof(bus.IsBatched) : nameof(bus.IsSessionsEnabled))} is not supported by this host; allowed: false");
            return null;
        }

        var connection = bus.Connection ?? DefaultServiceBusConnection;
        if (settings[connection] is null)
        {
            refuse($"setting '{connection}' is missing; it holds the Service Bus connection string");
            return null;
        }

        return Resolve(bus.QueueName, "queue name", refuse) is { } path
            ? new QueueTrigger(path, connection, host.AutoCompleteMessages && bus.AutoCompleteMessages)
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
