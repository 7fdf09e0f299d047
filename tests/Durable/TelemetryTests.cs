using System.Collections.Concurrent;
using System.Diagnostics;
using Durable.Tests.Twins;
using Microsoft.DurableTask;

namespace Durable.Tests;

public sealed class TelemetryTests
{
    [Fact]
    public async Task Turns_activities_and_timers_are_spans_of_the_trace_that_started_the_instance()
    {
        using var source = new ActivitySource("durable-tests");
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = s => s.Name is "DurableTask.Core" || s == source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc("Traced", async context =>
            {
                await context.CallActivityAsync<string>("Echo", "x");
                await context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None);
            }));

        using (var root = source.StartActivity("request"))
        {
            await host.RunAsync("Traced", options: new("traced-1") { Version = "2.1" });
            await host.RaiseAsync("traced-1", "Nudge");
        }

        await host.AdvanceBy(TimeSpan.FromDays(1));

        var ours = spans.Where(s => (string?)s.GetTagItem("durabletask.task.instance_id") == "traced-1").ToList();
        Assert.Equal(
            ["activity:Echo", "create_orchestration:Traced", "orchestration:Traced", "orchestration:Traced", "orchestration:Traced", "orchestration:Traced", "orchestration:Traced:timer"],
            ours.Select(s => s.OperationName).Order(StringComparer.Ordinal));
        var timer = ours.Single(static s => s.OperationName.EndsWith(":timer", StringComparison.Ordinal));
        Assert.Equal(
            ("timer", "Traced", "2026-09-19T13:30:00.0000000Z", 1),
            (timer.GetTagItem("durabletask.type"), timer.GetTagItem("durabletask.task.name"), timer.GetTagItem("durabletask.fire_at"), timer.GetTagItem("durabletask.task.task_id")));
        var created = ours.Single(static s => s.Kind == ActivityKind.Producer);
        Assert.Equal("orchestration", created.GetTagItem("durabletask.type"));
        Assert.All(ours.Where(s => s != created), span => Assert.Equal(created.SpanId, span.ParentSpanId));
        Assert.All(ours, static span => Assert.Equal("2.1", span.GetTagItem("durabletask.task.version")));
        Assert.Single(ours.Select(static span => span.GetTagItem("durabletask.task.execution_id")).Distinct());
        var sent = spans.Single(static s => (string?)s.GetTagItem("durabletask.event.target_instance_id") == "traced-1");
        Assert.Equal(("orchestration_event:Nudge", "event", "Nudge"), (sent.OperationName, sent.GetTagItem("durabletask.type"), sent.GetTagItem("durabletask.task.name")));
        var request = spans.Single(s => s.OperationName == "request");
        Assert.All(ours, span => Assert.Equal(request.TraceId, span.TraceId));
        Assert.Equal("Completed", ours.Last(s => s.OperationName == "orchestration:Traced").GetTagItem("durabletask.task.status"));
    }
}
