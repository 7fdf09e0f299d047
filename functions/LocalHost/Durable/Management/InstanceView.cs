using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LocalHost.Durable.History;
using LocalHost.Durable.Storage;

namespace LocalHost.Durable.Management;

/// <summary>
/// An instance and its history in the words of the management API of Durable Functions. Ours alone, and there only where something is wrong:
/// <c>poisoned</c> (cause, attempts, since) of an instance that is set aside, <c>unreadable</c> where rows can not be read.
/// </summary>
internal static class InstanceView
{
    public static JsonObject Of(StatusRow status, bool showInput, JsonArray? history = null, string? unreadable = null)
    {
        var view = new JsonObject
        {
            ["name"] = status.Start.Name,
            ["instanceId"] = status.InstanceId,
            ["runtimeStatus"] = status.Status.ToString(),
            ["input"] = showInput ? Value(status.Start.Input) : null,
            ["customStatus"] = Value(status.CustomStatus),
            ["output"] = Value(status.Output),
            ["createdTime"] = Time(status.Start.Timestamp),
            ["lastUpdatedTime"] = Time(status.UpdatedAt.UtcDateTime),
            ["version"] = status.Start.Version ?? "",
            ["parentInstanceId"] = status.Start.Parent?.InstanceId,
        };
        if (history is not null)
        {
            view["historyEvents"] = history;
        }

        if (status.Poison is { } poison)
        {
            view["poisoned"] = new JsonObject { ["cause"] = poison.Cause, ["attempts"] = poison.Attempts, ["since"] = Time(poison.Since.UtcDateTime) };
        }

        if ((status.Unreadable ?? unreadable) is { } why)
        {
            view["unreadable"] = why;
        }

        return view;
    }

    /// <summary>What was scheduled stands with its result; what has none yet, or was undone by a rewind, stands alone.</summary>
    public static JsonArray HistoryOf(IReadOnlyList<HistoryEvent> events, bool showInput, bool showOutput)
    {
        Dictionary<int, HistoryEvent> scheduled = [];
        var answered = events.Select(AnswerTo).OfType<int>().ToHashSet();
        var shown = new JsonArray();
        foreach (var e in events)
        {
            // After a rewind a number is used again, by a call that stands further down.
            var what = e is GenericEvent { Undone: var undone } ? undone : e;
            if (what is TaskScheduled or SubOrchestrationInstanceCreated)
            {
                scheduled[what.EventId] = what;
            }

            if (e is OrchestratorStarted or OrchestratorCompleted || (e is TaskScheduled or SubOrchestrationInstanceCreated && answered.Contains(e.EventId)))
            {
                continue;
            }

            var item = new JsonObject { ["EventType"] = e.GetType().Name, ["Timestamp"] = Precise(e.Timestamp) };
            Fill(item, e, showInput, showOutput);
            if (AnswerTo(what) is { } id && scheduled.TryGetValue(id, out var call))
            {
                item["ScheduledTime"] = Precise(call.Timestamp);
                Fill(item, call, showInput, showOutput);
            }

            shown.Add(item);
        }

        return shown;
    }

    private static int? AnswerTo(HistoryEvent e) => e switch
    {
        TaskCompleted completed => completed.TaskScheduledId,
        TaskFailed failed => failed.TaskScheduledId,
        SubOrchestrationInstanceCompleted completed => completed.TaskScheduledId,
        SubOrchestrationInstanceFailed failed => failed.TaskScheduledId,
        _ => null,
    };

    private static void Fill(JsonObject item, HistoryEvent e, bool showInput, bool showOutput)
    {
        switch (e)
        {
            case ExecutionStarted started:
                item["FunctionName"] = started.Name;
                Add("Input", showInput ? Value(started.Input) : null);
                break;
            case TaskScheduled call:
                item["FunctionName"] = call.Name;
                Add("Input", showInput ? Value(call.Input) : null);
                break;
            case SubOrchestrationInstanceCreated call:
                item["FunctionName"] = call.Name;
                item["InstanceId"] = call.InstanceId;
                Add("Input", showInput ? Value(call.Input) : null);
                break;
            case TaskCompleted completed:
                Add("Result", showOutput ? Value(completed.Result) : null);
                break;
            case SubOrchestrationInstanceCompleted completed:
                Add("Result", showOutput ? Value(completed.Result) : null);
                break;
            case TaskFailed failed:
                item["Reason"] = failed.Failure.ToString();
                break;
            case SubOrchestrationInstanceFailed failed:
                item["Reason"] = failed.Failure?.ToString() ?? failed.Reason;
                break;
            case TimerCreated timer:
                item["FireAt"] = Precise(timer.FireAt);
                break;
            case TimerFired timer:
                item["FireAt"] = Precise(timer.FireAt);
                break;
            case EventRaised raised:
                item["Name"] = raised.Name;
                Add("Input", showInput ? Value(raised.Input) : null);
                break;
            case EventSent sent:
                item["Name"] = sent.Name;
                item["InstanceId"] = sent.InstanceId;
                break;
            case ExecutionCompleted completed:
                item["OrchestrationStatus"] = completed.Status.ToString();
                Add("Result", showOutput ? Value(completed.Result) : null);
                break;
            case ExecutionTerminated terminated:
                Add("Reason", Value(terminated.Input));
                break;
            case ExecutionSuspended suspended:
                Add("Reason", suspended.Reason);
                break;
            case ExecutionResumed resumed:
                Add("Reason", resumed.Reason);
                break;
            case ExecutionRewound rewound:
                Add("Reason", rewound.Reason);
                break;
            case GenericEvent generic:
                Fill(item, generic.Undone, showInput, showOutput);
                item["Data"] = generic.Data;
                break;
            default:
                throw new InvalidOperationException($"{e.GetType().Name} is not shown yet.");
        }

        void Add(string name, JsonNode? value)
        {
            if (value is not null)
            {
                item[name] = value;
            }
        }
    }

    /// <summary>What is stored as JSON is shown as JSON; the output of a failed run is a bare text.</summary>
    private static JsonNode? Value(string? stored)
    {
        if (stored is null)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(stored);
        }
        catch (JsonException)
        {
            return stored;
        }
    }

    private static string Time(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Precise(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'", CultureInfo.InvariantCulture);
}
