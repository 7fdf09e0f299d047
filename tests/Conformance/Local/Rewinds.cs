namespace Conformance.Tests.Local;

/// <summary>
/// As on Azure Storage: only what failed runs again. There every failure of the run is rewritten, also one that the code had got over, and such a
/// history fits the code no more; here that one stays.
/// </summary>
public abstract class Rewinds(IBackend on) : ConformanceTests(on)
{
    private readonly Dictionary<string, int> _runs = [];
    private bool _broken = true;

    [Fact]
    [Row("9 rewind")]
    public async Task Only_the_failed_activity_runs_again_and_the_instance_completes()
    {
        await using var host = await StartAsync(Functions);
        var id = await host.RunAsync("Case");
        await host.FailureAsync(id);

        await MendAndRewindAsync(host, id);

        Assert.Equal("one two three", await host.OutputAsync<string>(id));
        Assert.Equal([1, 2, 1], new[] { "one", "two", "three" }.Select(step => _runs[step]));
    }

    [Fact]
    [Row("9 rewind")]
    public async Task A_failed_sub_orchestration_is_rewound_too()
    {
        await using var host = await StartAsync(Functions);
        var id = await host.RunAsync("Parent");
        await host.FailureAsync(id);
        await host.FailureAsync("child");

        await MendAndRewindAsync(host, id);

        Assert.Equal("one two three", await host.OutputAsync<string>(id));
        Assert.Equal("one two three", await host.OutputAsync<string>("child"));
        Assert.Equal([1, 2, 1], new[] { "one", "two", "three" }.Select(step => _runs[step]));
    }

    [Fact]
    [Row("9 rewind")]
    public async Task A_failure_that_the_code_had_got_over_stays_and_what_came_after_it_is_not_done_again()
    {
        await using var host = await StartAsync(Functions);
        var id = await host.RunAsync("GetsOver");
        await host.PassAsync(2);
        await host.FailureAsync(id);

        await MendAndRewindAsync(host, id);

        Assert.Equal("got over, two", await host.OutputAsync<string>(id));
        Assert.Equal((1, 3), (_runs["one"], _runs["two"]));
    }

    [Fact]
    [Row("9 rewind")]
    public async Task What_has_not_failed_is_refused()
    {
        await using var host = await StartAsync(Functions);
        _broken = false;
        var completed = await host.RunAsync("Case");
        var running = await host.RunAsync("Waits");
        var terminated = await host.RunAsync("Waits");
        await host.TerminateAsync(terminated);

        foreach (var id in new[] { completed, running, terminated })
        {
            var status = (await host.GetAsync(id)).RuntimeStatus;
            var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.RewindInstanceAsync(id, "no"));
            Assert.Contains($"'{id}' is {status}", refused.Message, StringComparison.Ordinal);
            await host.IsAsync(status, id);
        }

        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RewindInstanceAsync("nobody", "no"));
    }

    private async Task MendAndRewindAsync(ConformanceHost host, string id)
    {
        _broken = false;
        await host.Client.RewindInstanceAsync(id, "mended");
        await host.SettleAsync();
    }

    private void Functions(DurableTaskRegistry functions) => functions
        .AddActivityFunc<string, string>("Step", (_, step) =>
        {
            lock (_runs)
            {
                _runs[step] = _runs.GetValueOrDefault(step) + 1;
            }

            return _broken && step == "two" ? throw new InvalidOperationException("broken") : step;
        })
        .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Go"))
        .AddOrchestratorFunc("Parent", context =>
            context.CallSubOrchestratorAsync<string>("Case", new TaskOptions().WithInstanceId("child")))
        .AddOrchestratorFunc("Case", async context =>
        {
            var steps = new List<string>();
            foreach (var step in new[] { "one", "two", "three" })
            {
                steps.Add(await context.CallActivityAsync<string>("Step", step));
            }

            return string.Join(' ', steps);
        })
        .AddOrchestratorFunc("GetsOver", async context =>
        {
            var first = "";
            try
            {
                first = await context.CallActivityAsync<string>("Step", "two");
            }
            catch (TaskFailedException)
            {
                first = "got over";
            }

            await context.CallActivityAsync<string>("Step", "one");
            await context.CreateTimer(Beat, CancellationToken.None);
            return $"{first}, {await context.CallActivityAsync<string>("Step", "two")}";
        });
}
