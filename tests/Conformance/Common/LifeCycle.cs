namespace Conformance.Tests.Common;

/// <summary>Suspend, resume, terminate, restart, custom status.</summary>
public abstract class LifeCycle(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("9 suspend")]
    public async Task A_suspended_instance_takes_events_and_timers_in_but_acts_on_them_only_when_resumed()
    {
        List<string> acted = [];
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Acts", async context =>
        {
            void Act(string what)
            {
                if (!context.IsReplaying)
                {
                    acted.Add(what);
                }
            }

            context.SetCustomStatus("acting");
            var start = context.CurrentUtcDateTime;
            var timer = context.CreateTimer(Beat, CancellationToken.None);
            Act(await context.WaitForExternalEvent<string>("E"));
            await timer;
            Act(Beats(start, context.CurrentUtcDateTime) >= 3 ? "timer, when resumed" : "timer, while suspended");
            Act(await context.WaitForExternalEvent<string>("F"));
        }));

        var id = await host.RunAsync("Acts");
        await host.SuspendAsync(id, "lunch");
        await host.SuspendAsync(id, "long lunch");
        await host.RaiseAsync(id, "E", "event");
        await host.PassAsync(3);
        await host.RaiseAsync(id, "F", "late event");

        var suspended = await host.GetAsync(id);
        Assert.Equal((OrchestrationRuntimeStatus.Suspended, "\"acting\""), (suspended.RuntimeStatus, suspended.SerializedCustomStatus));
        Assert.Empty(acted);

        await host.ResumeAsync(id);
        await host.IsAsync(OrchestrationRuntimeStatus.Completed, id);
        Assert.Equal(["event", "timer, when resumed", "late event"], acted);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("9 terminate")]
    public async Task A_terminated_instance_ends_at_once_with_the_given_output(bool suspended)
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", context =>
        {
            context.SetCustomStatus("waiting");
            return context.CreateTimer(TimeSpan.FromDays(30), CancellationToken.None);
        }));

        var id = await host.RunAsync("Waits");
        if (suspended)
        {
            await host.SuspendAsync(id);
        }

        await host.TerminateAsync(id, new { Reason = "withdrawn" });

        var instance = await host.EndedAsync(id);
        Assert.Equal(
            (OrchestrationRuntimeStatus.Terminated, "{\"Reason\":\"withdrawn\"}"), (instance.RuntimeStatus, instance.SerializedOutput));
    }

    [Fact]
    [Row("9 terminate")]
    public async Task A_termination_without_an_output_has_none()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Never")));

        var id = await host.RunAsync("Waits");
        await host.TerminateAsync(id);

        var instance = await host.EndedAsync(id);
        Assert.Equal((OrchestrationRuntimeStatus.Terminated, null), (instance.RuntimeStatus, instance.SerializedOutput));
    }

    [Fact]
    [Row("9 restart")]
    public async Task A_restart_runs_the_same_input_again_under_the_same_or_a_new_id()
    {
        var runs = 0;
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<string, string>("Runs", (_, input) => $"{input}, run {++runs}"));

        var id = await host.RunAsync("Runs", "in");
        await host.EndedAsync(id);
        Assert.Equal(id, await host.Client.RestartAsync(id));
        await host.SettleAsync();
        Assert.Equal("in, run 2", await host.OutputAsync<string>(id));
        var renamed = await host.Client.RestartAsync(id, restartWithNewInstanceId: true);
        await host.SettleAsync();

        Assert.True(Guid.TryParse(renamed, out _), renamed);
        Assert.Equal("in, run 3", await host.OutputAsync<string>(renamed));
        Assert.Equal("in, run 2", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("9 restart")]
    public async Task An_unknown_instance_can_not_be_restarted()
    {
        await using var host = await StartAsync(static _ => { });

        var refused = await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RestartAsync("nobody"));

        Assert.Contains("An orchestration with the instanceId nobody was not found.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [Row("9 custom status")]
    public async Task A_custom_status_is_kept_between_turns_and_null_clears_it()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Tells", async context =>
        {
            context.SetCustomStatus(new { A = 1, B = 1, C = (string?)null });
            await context.WaitForExternalEvent<string>("E");
            await context.WaitForExternalEvent<string>("E");
            context.SetCustomStatus(null);
            await context.WaitForExternalEvent<string>("E");
            context.SetCustomStatus("the last");
        }));

        var id = await host.RunAsync("Tells");
        await host.RaiseAsync(id, "E");
        Assert.Equal("{\"A\":1,\"B\":1,\"C\":null}", (await host.GetAsync(id)).SerializedCustomStatus);
        await host.RaiseAsync(id, "E");
        Assert.Null((await host.GetAsync(id)).SerializedCustomStatus);
        await host.RaiseAsync(id, "E");

        Assert.Equal("the last", (await host.EndedAsync(id)).ReadCustomStatusAs<string>());
    }

    [Fact]
    [Row("9 custom status")]
    public async Task A_custom_status_may_have_twenty_thousand_characters()
    {
        var text = new string('s', 20_000);
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Tells", context =>
        {
            context.SetCustomStatus(text);
            return Task.CompletedTask;
        }));

        Assert.Equal(text, (await host.EndedAsync(await host.RunAsync("Tells"))).ReadCustomStatusAs<string>());
    }
}
