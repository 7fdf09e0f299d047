namespace Conformance.Tests.Common;

/// <summary>Get, list, wait, purge.</summary>
public abstract class Queries(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("9 wait and get")]
    public async Task Inputs_outputs_and_failures_are_there_only_when_they_were_asked_for()
    {
        await using var host = await StartWithAsync(1);
        await host.RaiseAsync("case-0", "Go", "went");
        await host.EndedAsync("case-0");

        var with = await host.GetAsync("case-0");
        Assert.Equal(("\"0\"", "went", "\"told\""), (with.SerializedInput, with.ReadOutputAs<string>(), with.SerializedCustomStatus));
        var without = (await host.Client.GetInstanceAsync("case-0"))!;
        Assert.True(without.IsCompleted);
        Assert.Equal((null, null, null), (without.SerializedInput, without.SerializedOutput, without.SerializedCustomStatus));
        Assert.Throws<InvalidOperationException>(() => without.ReadOutputAs<string>());
    }

    [Fact]
    [Row("9 wait and get")]
    public async Task The_failure_of_an_instance_is_there_only_when_it_was_asked_for()
    {
        await using var host = await StartWithAsync(1);
        await host.RaiseAsync("case-0", "Go", "fail");

        Assert.Equal("fail", (await host.FailureAsync("case-0")).ErrorMessage);
        Assert.Null((await host.Client.GetInstanceAsync("case-0"))!.FailureDetails);
    }

    [Fact]
    [Row("9 wait and get")]
    public async Task An_unknown_instance_is_null_to_get_and_endless_to_wait_for()
    {
        await using var host = await StartWithAsync(1);
        using var cancel = new CancellationTokenSource();

        Assert.Null(await host.Client.GetInstanceAsync("nobody"));
        var completion = host.Client.WaitForInstanceCompletionAsync("nobody", cancel.Token);
        var start = host.Client.WaitForInstanceStartAsync("nobody", cancel.Token);
        await host.SettleAsync();
        Assert.False(completion.IsCompleted || start.IsCompleted);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => completion);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
    }

    [Fact]
    [Row("9 wait and get")]
    public async Task Who_waits_for_the_end_is_told_when_it_comes()
    {
        await using var host = await StartWithAsync(1);
        var end = host.Client.WaitForInstanceCompletionAsync("case-0", getInputsAndOutputs: true);
        await host.SettleAsync();
        Assert.False(end.IsCompleted);
        await host.RaiseAsync("case-0", "Go", "went");

        Assert.Equal("went", (await end).ReadOutputAs<string>());
    }

    [Fact]
    [Row("9 wait and get")]
    [Row("6 ContinueAsNew: metadata")]
    public async Task An_instance_is_created_when_it_starts_and_updated_by_every_turn()
    {
        await using var host = await StartWithAsync(1);
        var begun = await host.GetAsync("case-0");
        await host.PassAsync(2);
        await host.RaiseAsync("case-0", "Go", "went");

        var ended = await host.EndedAsync("case-0");
        Assert.Equal(begun.CreatedAt, ended.CreatedAt);
        Assert.Equal(2, Beats(begun.LastUpdatedAt.UtcDateTime, ended.LastUpdatedAt.UtcDateTime));
        Assert.Equal(0, Beats(begun.CreatedAt.UtcDateTime, begun.LastUpdatedAt.UtcDateTime));
    }

    [Fact]
    [Row("9 GetAllInstances")]
    public async Task A_list_comes_in_pages_and_the_last_has_no_token()
    {
        await using var host = await StartWithAsync(8);

        List<int> sizes = [];
        HashSet<string> ids = [];
        string? token = null;
        do
        {
            await using var pages = host.Client.GetAllInstancesAsync(new(PageSize: 3, ContinuationToken: token)).AsPages().GetAsyncEnumerator();
            Assert.True(await pages.MoveNextAsync());
            sizes.Add(pages.Current.Values.Count);
            ids.UnionWith(pages.Current.Values.Select(static i => i.InstanceId));
            token = pages.Current.ContinuationToken;
        }
        while (token is not null);

        Assert.Equal([3, 3, 2], sizes);
        Assert.Equal(8, ids.Count);
    }

    [Fact]
    [Row("9 GetAllInstances")]
    public async Task A_list_is_filtered_by_status_time_and_prefix()
    {
        await using var host = await StartWithAsync(4);
        await host.PassAsync(1);
        var later = host.UtcNow;
        await host.PassAsync(1);
        await host.RunAsync("Waits", "late", new("other-1"));
        await host.RaiseAsync("case-2", "Go", "went");
        await host.EndedAsync("case-2");

        Assert.Equal(["case-2"], await host.ListAsync(new(Statuses: [OrchestrationRuntimeStatus.Completed])));
        Assert.Equal(["case-0", "case-1", "case-3", "other-1"], await host.ListAsync(new(Statuses: [OrchestrationRuntimeStatus.Running])));
        Assert.Equal(["other-1"], await host.ListAsync(new(InstanceIdPrefix: "other")));
        Assert.Equal(["other-1"], await host.ListAsync(new(CreatedFrom: later)));
        Assert.Equal(["case-0", "case-1", "case-2", "case-3"], await host.ListAsync(new(CreatedTo: later)));
        Assert.Equal(["case-2"], await host.ListAsync(new(
            CreatedTo: later, InstanceIdPrefix: "case", Statuses: [OrchestrationRuntimeStatus.Completed, OrchestrationRuntimeStatus.Failed])));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    [Row("9 GetAllInstances")]
    public async Task A_list_has_inputs_and_outputs_only_when_they_were_asked_for(bool asked)
    {
        await using var host = await StartWithAsync(1);
        await host.RaiseAsync("case-0", "Go", "went");
        await host.EndedAsync("case-0");

        await foreach (var instance in host.Client.GetAllInstancesAsync(new(FetchInputsAndOutputs: asked)))
        {
            Assert.Equal(asked ? ("\"0\"", "\"went\"") : (null, null), (instance.SerializedInput, instance.SerializedOutput));
        }
    }

    [Fact]
    [Row("9 purge")]
    public async Task An_ended_instance_can_be_purged_once()
    {
        await using var host = await StartWithAsync(1);
        await host.RaiseAsync("case-0", "Go", "went");
        await host.EndedAsync("case-0");

        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("case-0")).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("case-0")).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("case-0"));
    }

    [Fact]
    [Row("9 purge")]
    public async Task A_purge_by_filter_takes_the_given_statuses_and_without_any_takes_all()
    {
        await using var host = await StartWithAsync(5);
        await host.RaiseAsync("case-1", "Go", "went");
        await host.RaiseAsync("case-3", "Go", "went");
        await host.EndedAsync("case-3");

        var completed = await host.Client.PurgeAllInstancesAsync(new(Statuses: [OrchestrationRuntimeStatus.Completed]));
        Assert.Equal(2, completed.PurgedInstanceCount);
        Assert.Equal(["case-0", "case-2", "case-4"], await host.ListAsync());
        Assert.Equal(3, (await host.Client.PurgeAllInstancesAsync(new PurgeInstancesFilter())).PurgedInstanceCount);

        Assert.Empty(await host.ListAsync());
    }

    private async Task<ConformanceHost> StartWithAsync(int instances)
    {
        var host = await StartAsync(f => f.AddOrchestratorFunc<string, string>("Waits", async (context, _) =>
        {
            context.SetCustomStatus("told");
            var text = await context.WaitForExternalEvent<string>("Go");
            return text == "fail" ? throw new InvalidOperationException(text) : text;
        }));
        for (var n = 0; n < instances; n++)
        {
            await host.RunAsync("Waits", $"{n}", new($"case-{n}"));
        }

        return host;
    }
}
