using Durable.Tests.Twins;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>Get, list, wait, purge, restart.</summary>
public sealed class QueryTests
{
    [Fact]
    public async Task A_list_comes_in_pages_and_the_last_has_no_token()
    {
        await using var host = await StartAsync(count: 8);

        var sizes = new List<int>();
        var ids = new HashSet<string>();
        string? token = null;
        do
        {
            var query = new OrchestrationQuery(PageSize: 3, ContinuationToken: token);
            await using var pages = host.Client.GetAllInstancesAsync(query).AsPages().GetAsyncEnumerator();
            Assert.True(await pages.MoveNextAsync());
            sizes.Add(pages.Current.Values.Count);
            ids.UnionWith(pages.Current.Values.Select(i => i.InstanceId));
            token = pages.Current.ContinuationToken;
        }
        while (token is not null);

        Assert.Equal([3, 3, 2], sizes);
        Assert.Equal(8, ids.Count);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => ListAsync(host, new(PageSize: 0)));
        await Assert.ThrowsAsync<ArgumentException>(() => ListAsync(host, new(ContinuationToken: "nonsense")));
    }

    [Fact]
    public async Task A_list_is_filtered_by_status_time_and_prefix()
    {
        await using var host = await StartAsync(count: 4);
        await host.AdvanceBy(TimeSpan.FromHours(1));
        await host.RunAsync("Waits", "late", new("other-1"));
        await host.RaiseAsync("case-2", "Go");

        Assert.Equal(["case-2"], await ListAsync(host, new(Statuses: [OrchestrationRuntimeStatus.Completed])));
        Assert.Equal(["other-1"], await ListAsync(host, new(InstanceIdPrefix: "other")));
        Assert.Equal(["other-1"], await ListAsync(host, new(CreatedFrom: DurableHost.Start.AddMinutes(30))));
        Assert.Equal(["case-0", "case-1", "case-2", "case-3"], await ListAsync(host, new(CreatedTo: DurableHost.Start.AddMinutes(30))));
        Assert.Empty(await ListAsync(host, new(InstanceIdPrefix: "CASE")));
    }

    [Fact]
    public async Task Inputs_and_outputs_are_there_only_when_they_were_asked_for()
    {
        await using var host = await StartAsync(count: 1);
        await host.RaiseAsync("case-0", "Go");

        var without = (await host.Client.GetInstanceAsync("case-0"))!;
        Assert.True(without.IsCompleted);
        Assert.Null(without.SerializedInput);
        Assert.Throws<InvalidOperationException>(() => without.ReadOutputAs<string>());
        Assert.Equal("0", (await host.GetAsync("case-0")).ReadOutputAs<string>());
        Assert.Null(await host.Client.GetInstanceAsync("nobody"));
    }

    [Fact]
    public async Task Who_waits_for_the_end_is_told_when_it_comes_and_for_an_unknown_instance_waits_on()
    {
        await using var host = await StartAsync(count: 1);
        var end = host.Client.WaitForInstanceCompletionAsync("case-0", getInputsAndOutputs: true);
        using var cancel = new CancellationTokenSource();
        var unknown = host.Client.WaitForInstanceCompletionAsync("nobody", cancel.Token);
        await host.RaiseAsync("case-0", "Go");

        Assert.Equal("0", (await end).ReadOutputAs<string>());
        Assert.False(unknown.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => unknown);
    }

    [Fact]
    public async Task An_ended_instance_can_be_purged_and_a_live_one_not()
    {
        await using var host = await StartAsync(count: 2);
        await Assert.ThrowsAsync<InvalidOperationException>(() => host.Client.PurgeInstanceAsync("case-0"));
        await host.RaiseAsync("case-0", "Go");

        Assert.Equal(1, (await host.Client.PurgeInstanceAsync("case-0")).PurgedInstanceCount);
        Assert.Equal(0, (await host.Client.PurgeInstanceAsync("case-0")).PurgedInstanceCount);
        Assert.Null(await host.Client.GetInstanceAsync("case-0"));
        Assert.DoesNotContain(await host.KeysAsync(), key => key.Contains("case-0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_purge_by_filter_takes_the_given_statuses_and_without_any_takes_all()
    {
        await using var host = await StartAsync(count: 5);
        await host.RaiseAsync("case-1", "Go");
        await host.RaiseAsync("case-3", "Go");

        Assert.Equal(2, (await host.Client.PurgeAllInstancesAsync(new(Statuses: [OrchestrationRuntimeStatus.Completed]))).PurgedInstanceCount);
        Assert.Equal(["case-0", "case-2", "case-4"], await ListAsync(host, new()));
        Assert.Equal(3, (await host.Client.PurgeAllInstancesAsync(new())).PurgedInstanceCount);
        Assert.Empty(await ListAsync(host, new()));
        await host.WhenIdle();
        Assert.Equal(0, host.Engine.LiveInstances);
    }

    [Fact]
    public async Task A_restart_runs_the_same_input_again_under_the_same_or_a_new_id()
    {
        await using var host = await StartAsync(count: 1);
        await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.Client.RestartAsync("case-0"));
        await Assert.ThrowsAsync<ArgumentException>(() => host.Client.RestartAsync("nobody"));
        await host.RaiseAsync("case-0", "Go");

        Assert.Equal("case-0", await host.Client.RestartAsync("case-0"));
        var renamed = await host.Client.RestartAsync("case-0", restartWithNewInstanceId: true);
        await host.WhenIdle();

        await host.IsAsync(OrchestrationRuntimeStatus.Running, "case-0");
        Assert.Equal("0", (await host.GetAsync(renamed)).ReadInputAs<string>());
    }

    private static async Task<DurableHost> StartAsync(int count)
    {
        var host = await DurableHost.StartAsync(f => f.AddOrchestratorFunc<string, string>("Waits", async (context, input) =>
        {
            await context.WaitForExternalEvent<string>("Go");
            return input;
        }));
        for (var n = 0; n < count; n++)
        {
            await host.RunAsync("Waits", $"{n}", new($"case-{n}"));
        }

        return host;
    }

    private static async Task<List<string>> ListAsync(DurableHost host, OrchestrationQuery query)
    {
        List<string> ids = [];
        await foreach (var instance in host.Client.GetAllInstancesAsync(query))
        {
            ids.Add(instance.InstanceId);
        }

        ids.Sort(StringComparer.Ordinal);
        return ids;
    }
}
