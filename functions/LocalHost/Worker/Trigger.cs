using Cronos;
using Microsoft.Azure.Functions.Worker;

namespace LocalHost.Worker;

/// <summary>What makes a function run, checked and with its <c>%setting%</c> names resolved.</summary>
internal abstract record Trigger(string Type);

/// <param name="Pattern">Route template with the route prefix, without a leading slash.</param>
/// <param name="Methods">Upper case; empty means every method.</param>
internal sealed record HttpTrigger(string Pattern, IReadOnlyList<string> Methods, AuthorizationLevel Level) : Trigger("httpTrigger");

internal sealed record TimerTrigger(string Expression, CronExpression Schedule, bool RunOnStartup, bool UseMonitor) : Trigger("timerTrigger");

/// <param name="Path">Queue name, or <c>queue/$DeadLetterQueue</c>.</param>
/// <param name="ConnectionSetting">Name of the setting that holds the connection string.</param>
internal sealed record QueueTrigger(string Path, string ConnectionSetting, bool AutoComplete) : Trigger("serviceBusTrigger")
{
    private const string DeadLetterSuffix = "/$deadletterqueue";

    /// <summary>The queue, also for a trigger on its dead letters.</summary>
    public string Queue => Path.EndsWith(DeadLetterSuffix, StringComparison.OrdinalIgnoreCase) ? Path[..^DeadLetterSuffix.Length] : Path;
}

internal sealed record OrchestrationTrigger(string Name) : Trigger("orchestrationTrigger");

internal sealed record ActivityTrigger(string Name) : Trigger("activityTrigger");
