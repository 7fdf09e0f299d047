namespace Conformance.Tests.Local;

/// <summary>Five megabytes pass everywhere, as on Azure Storage; and where a value is larger than the engine takes, it says so.</summary>
public abstract class LargeValues(IBackend on) : ConformanceTests(on)
{
    private const int Size = 5_000_000;
    private const int Limit = 16 * 1024 * 1024;

    private static readonly string Large = Letters(Size);

    [Fact]
    [Row("11 size")]
    public async Task Five_megabytes_pass_through_activity_event_child_and_status()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc<string, string>("Child", (_, text) => Task.FromResult(text))
            .AddOrchestratorFunc<string, string>("Passes", async (context, text) =>
            {
                context.SetCustomStatus(text);
                var echo = await context.CallActivityAsync<string>("Echo", text);
                var raised = await context.WaitForExternalEvent<string>("E");
                var child = await context.CallSubOrchestratorAsync<string>("Child", echo);
                return child == raised ? child : "something else";
            }));

        var id = await host.RunAsync("Passes", Large);
        Assert.Equal(Large, (await host.GetAsync(id)).ReadCustomStatusAs<string>());
        await host.RaiseAsync(id, "E", Large);

        Assert.Equal(Large, await host.OutputAsync<string>(id));
        Assert.Equal(Large, (await host.GetAsync(id)).ReadInputAs<string>());
    }

    [Fact]
    [Row("11 size")]
    public async Task Five_megabytes_pass_into_the_next_run_and_into_a_restart()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<string, int>("Again", (context, text) =>
        {
            if (text is null)
            {
                context.ContinueAsNew(Large);
            }

            return Task.FromResult(text?.Length ?? 0);
        }));

        var id = await host.RunAsync("Again");
        Assert.Equal(Size, await host.OutputAsync<int>(id));
        var again = await host.Client.RestartAsync(id, restartWithNewInstanceId: true);
        await host.SettleAsync();

        Assert.Equal(Large, (await host.GetAsync(again)).ReadInputAs<string>());
        Assert.Equal(Size, await host.OutputAsync<int>(again));
    }

    [Fact]
    [Row("11 size")]
    public async Task Five_megabytes_are_told_in_failures_reasons_and_tags()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Throws", Task (_) => throw new InvalidOperationException(Large))
            .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("E")));
        var id = await host.RunAsync("Waits", options: new() { Tags = new Dictionary<string, string> { ["tag"] = Large } });

        Assert.Equal(Large, (await host.FailureAsync(await host.RunAsync("Throws"))).ErrorMessage);
        Assert.Equal(Large, (await host.Client.GetInstanceAsync(id))!.Tags["tag"]);
        await host.SuspendAsync(id, Large);
        Assert.Equal(Large, (await host.GetAsync(id)).SerializedOutput);
        await host.ResumeAsync(id);
        Assert.Null((await host.GetAsync(id)).SerializedOutput);
        await host.TerminateAsync(id, Large);
        Assert.Equal(Large, (await host.GetAsync(id)).ReadOutputAs<string>());
    }

    [Fact]
    [Row("11 size")]
    [Row("9 GetAllInstances")]
    public async Task A_list_shows_five_megabytes_to_who_asks_for_them()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<string, string>("Returns", (_, text) => Task.FromResult(text)));
        await host.RunAsync("Returns", Large);

        await foreach (var brief in host.Client.GetAllInstancesAsync(new()))
        {
            Assert.Null(brief.SerializedInput);
            Assert.Null(brief.SerializedOutput);
        }

        var listed = 0;
        await foreach (var whole in host.Client.GetAllInstancesAsync(new(FetchInputsAndOutputs: true)))
        {
            Assert.Equal(Large, whole.ReadInputAs<string>());
            Assert.Equal(Large, whole.ReadOutputAs<string>());
            listed++;
        }

        Assert.Equal(1, listed);
    }

    [Fact]
    [Row("11 size")]
    public async Task More_than_the_limit_is_refused_or_fails_its_call_or_instance()
    {
        var tooLarge = new string('x', Limit - 1); // and two quotes
        await using var host = await StartAsync(f => f
            .AddActivityFunc("Gives", _ => tooLarge)
            .AddOrchestratorFunc("Calls", async context =>
                (await Caught<TaskFailedException>(() => context.CallActivityAsync<string>("Gives"))).FailureDetails.ErrorMessage)
            .AddOrchestratorFunc("Returns", _ => tooLarge)
            .AddOrchestratorFunc("Fits", _ => new string('x', Limit - 2))
            .AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("E")));

        var waits = await host.RunAsync("Waits");
        var input = await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Waits", tooLarge));
        var payload = await Assert.ThrowsAsync<ArgumentException>(() => host.RaiseAsync(waits, "E", tooLarge));
        var returned = await host.FailureAsync(await host.RunAsync("Returns"));

        Assert.Equal(Limit - 2, (await host.OutputOfAsync<string>("Fits"))!.Length);
        Assert.All([input.Message, payload.Message, returned.ErrorMessage, await host.OutputOfAsync<string>("Calls")], static message =>
            Assert.Contains("is too large: 16777217 characters of JSON, 16777216 is the most", message, StringComparison.Ordinal));
    }
}
