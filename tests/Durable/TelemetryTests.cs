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
            await host.RunAsync("Traced", options: new("traced-1"));
        }

        await host.AdvanceBy(TimeSpan.FromDays(1));

        var ours = spans.Where(s => (string?)s.GetTagItem("durabletask.task.instance_id") == "traced-1").ToList();
        Assert.Equal(
            ["activity:Echo", "orchestration:Traced", "orchestration:Traced", "orchestration:Traced", "orchestration:Traced:timer"],
            ours.Select(s => s.OperationName).Order(StringComparer.Ordinal));
        var request = spans.Single(s => s.OperationName == "request");
        Assert.All(ours, span => Assert.Equal(request.TraceId, span.TraceId));
        Assert.Equal("Completed", ours.Last(s => s.OperationName == "orchestration:Traced").GetTagItem("durabletask.task.status"));
    }
}
