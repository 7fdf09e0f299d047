using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LocalHost.Commands;

/// <summary>An instance's history for people: one line a thing that happened, with how long it took; time in which nothing happened is one line.</summary>
internal static class InstanceTimeline
{
    /// <summary>Shorter pauses are not worth a line.</summary>
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Korea = TimeSpan.FromHours(9);

    /// <param name="instance">As the management API shows it, with its history.</param>
    public static IRenderable Of(JsonNode instance)
    {
        var tree = new Tree($"{Escaped(instance, "name")} [bold]{Escaped(instance, "instanceId")}[/] {Escaped(instance, "runtimeStatus")}");
        DateTimeOffset? last = null;
        foreach (var item in instance["historyEvents"]?.AsArray() ?? [])
        {
            var at = Time(item!, "Timestamp")!.Value;
            if (last is { } before && at - before > Idle)
            {
                tree.AddNode($"[grey]… {Span(at - before)} idle[/]");
            }

            last = at;
            tree.AddNode($"[grey]{At(at)}[/] {Words(item!)}");
        }

        if (instance["output"] is { } output)
        {
            tree.AddNode($"output: {Markup.Escape(output.ToJsonString())}");
        }

        return tree;
    }

    private static string Words(JsonNode item)
    {
        var name = Escaped(item, "FunctionName");
        var took = Time(item, "ScheduledTime") is { } scheduled && Time(item, "Timestamp") is { } done ? $" [grey]({Span(done - scheduled)})[/]" : "";
        var more = string.Concat(new[] { "Input", "Result", "Reason" }.Where(one => item[one] is not null).Select(one => $" [grey]{one.ToLowerInvariant()}[/] {Cut(item[one]!)}"));
        return (string?)item["EventType"] switch
        {
            "ExecutionStarted" => $"started{more}",
            "TaskScheduled" => $"[yellow]{name}[/] under way{more}",
            "TaskCompleted" => $"{name}{took}{more}",
            "TaskFailed" => $"[red]{name} failed[/]{took}{more}",
            "SubOrchestrationInstanceCreated" => $"[yellow]{name}[/] under way as {Escaped(item, "InstanceId")}{more}",
            "SubOrchestrationInstanceCompleted" => $"{name} ended{took}{more}",
            "SubOrchestrationInstanceFailed" => $"[red]{name} failed[/]{took}{more}",
            "TimerCreated" => $"waits until {At(Time(item, "FireAt")!.Value)}",
            "TimerFired" => "the wait is over",
            "EventRaised" => $"event {Escaped(item, "Name")}{more}",
            "EventSent" => $"event {Escaped(item, "Name")} sent to {Escaped(item, "InstanceId")}",
            "GenericEvent" => $"[grey]{Escaped(item, "Data")}[/]{more}",
            "ExecutionCompleted" => $"ended: {Escaped(item, "OrchestrationStatus")}{more}",
            var other => $"{Markup.Escape(other ?? "?")}{more}",
        };
    }

    private static string Cut(JsonNode value)
    {
        const int most = 160;
        var text = value.ToJsonString();
        return Markup.Escape(text.Length > most ? $"{text[..most]}…" : text);
    }

    private static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Days} d {span.Hours} h"),
        { TotalHours: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Hours} h {span.Minutes} min"),
        { TotalMinutes: >= 1 } => string.Create(CultureInfo.InvariantCulture, $"{span.Minutes} min {span.Seconds} s"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{span.TotalMilliseconds:0} ms"),
    };

    private static string At(DateTimeOffset time) => time.ToOffset(Korea).ToString("MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static DateTimeOffset? Time(JsonNode item, string name) => (string?)item[name] is { } text
        ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)
        : null;

    private static string Escaped(JsonNode node, string name) => Markup.Escape(node[name]?.ToString() ?? "");
}
