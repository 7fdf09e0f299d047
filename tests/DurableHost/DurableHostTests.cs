using System.Text.Json;
using FunctionsHosting.Durable;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace DurableHost.Tests;

/// <summary>The official engine and the worker: what goes between them, also when something fails.</summary>
public sealed class DurableHostTests
{
    [Fact]
    public async Task An_activitys_answer_comes_back_as_it_was()
    {
        var worker = new Worker()
            .Orchestrator("Ask", static async (context, _) =>
            {
                var echoed = await context.CallActivityAsync<string>("Echo", "2026-09-18");
                var counted = await context.CallActivityAsync<Counted>("Count", new Counted(1, "x"));
                return $"{echoed} {counted}";
            })
            .Activity("Echo", static input => Task.FromResult(DurableInvocations.Result(new() { Json = input })))
            .Activity("Count", static _ => Task.FromResult(DurableInvocations.Result(new() { Json = """{"Number":2,"Text":"2026-09-18T00:00:00Z"}""" })));
        await using var desk = await Desk.Open(Desk.Memory(worker));

        await desk.Begin("Ask", "a");
        await desk.Settle();

        Assert.Equal("2026-09-18 Counted { Number = 2, Text = 2026-09-18T00:00:00Z }", await desk.Output("a"));
    }

    [Fact]
    public async Task A_failure_reaches_the_orchestrator_with_type_and_message()
    {
        var worker = new Worker()
            .Orchestrator("Ask", static async (context, _) =>
            {
                try
                {
                    await context.CallActivityAsync("Fail");
                    return "not failed";
                }
                catch (TaskFailedException e)
                {
                    return $"{e.FailureDetails.ErrorType}|{e.FailureDetails.ErrorMessage}";
                }
            })
            .Activity("Fail", static _ => throw Worker.Failure("System.InvalidOperationException: no: such thing"));
        await using var desk = await Desk.Open(Desk.Memory(worker));

        await desk.Begin("Ask", "a");
        await desk.Settle();

        Assert.Equal("System.InvalidOperationException|no: such thing", await desk.Output("a"));
    }

    [Fact]
    public async Task A_worker_that_is_gone_is_waited_for_and_fails_nothing()
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = new Worker()
            .Orchestrator("Ask", static async (context, _) => await context.CallActivityAsync<string>("Answer"));
        worker.Activity("Answer", _ =>
        {
            if (asked.TrySetResult())
            {
                throw new FunctionsHosting.Worker.WorkerGoneException();
            }

            return Task.FromResult<object?>("answer");
        });
        await using var desk = await Desk.Open(Desk.Memory(worker));
        worker.Gone = new FunctionsHosting.Worker.WorkerGoneException();

        await desk.Begin("Ask", "a");
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await desk.Status("a")).RuntimeStatus);
        worker.Gone = null;
        await desk.Settle();

        Assert.True(asked.Task.IsCompleted);
        Assert.Equal("answer", await desk.Output("a"));
    }

    [Fact]
    public async Task Orchestrations_that_are_held_back_are_started_and_run_when_they_may()
    {
        var may = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var worker = new Worker().Orchestrator("Run", static (_, _) => Task.FromResult<string?>("ran"));
        await using var held = await Desk.Open(Desk.Memory(worker) with { MayRun = may.Task });
        await using var free = await Desk.Open(Desk.Memory(worker));

        await held.Begin("Run", "a");
        await free.Begin("Run", "a");
        await free.Settle();
        Assert.Equal("ran", await free.Output("a"));
        Assert.Equal(OrchestrationRuntimeStatus.Pending, (await held.Status("a")).RuntimeStatus);

        may.SetResult();
        await held.Settle();
        Assert.Equal("ran", await held.Output("a"));
    }

    [Fact]
    public async Task Hosts_in_one_process_keep_their_work_apart()
    {
        await using var one = await Desk.Open(Desk.Memory(Named("one")));
        await using var two = await Desk.Open(Desk.Memory(Named("two")));

        await Task.WhenAll(one.Begin("Name", "a"), two.Begin("Name", "a"));
        await Task.WhenAll(one.Settle(), two.Settle());

        Assert.Equal("one", await one.Output("a"));
        Assert.Equal("two", await two.Output("a"));
        Assert.NotEqual(RpcAddress(one), RpcAddress(two));
    }

    [Fact]
    public async Task The_client_binding_names_hub_endpoint_and_management_address()
    {
        await using var desk = await Desk.Open(Desk.Memory(Named("x")));

        using var client = JsonDocument.Parse(desk.Host.ClientJson);

        Assert.Equal("DeskHub", client.RootElement.GetProperty("taskHubName").GetString());
        Assert.Equal("http://127.0.0.1:7071/runtime/webhooks/durabletask", client.RootElement.GetProperty("httpBaseUrl").GetString());
        Assert.Equal("code=key", client.RootElement.GetProperty("requiredQueryStringParameters").GetString());
        Assert.StartsWith("http://127.0.0.1:", RpcAddress(desk), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stop_finishes_the_activity_at_work()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var goOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var finished = false;
        var worker = new Worker()
            .Orchestrator("Ask", static async (context, _) => await context.CallActivityAsync<string>("Slow"))
            .Activity("Slow", async _ =>
            {
                begun.SetResult();
                await goOn.Task;
                finished = true;
                return "slow";
            });
        var desk = await Desk.Open(Desk.Memory(worker));
        await desk.Begin("Ask", "a");
        await begun.Task;

        var stopping = desk.DisposeAsync().AsTask();
        Assert.False(stopping.IsCompleted);
        goOn.SetResult();
        await stopping;

        Assert.True(finished);
    }

    [Fact]
    public async Task A_host_that_is_gone_leaves_nothing_behind()
    {
        const int Hosts = 20;
        var left = new List<WeakReference>();
        for (var i = 0; i < Hosts; i++)
        {
            left.Add(await OpenAndClose());
        }

        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

        // The last ones may still be on the stack of a thread that served them.
        Assert.InRange(left.Count(static l => l.IsAlive), 0, 3);

        static async Task<WeakReference> OpenAndClose()
        {
            await using var desk = await Desk.Open(Desk.Memory(Named("x")));
            await desk.Begin("Name", "a");
            await desk.Settle();
            return new WeakReference(desk.Host.Locks); // the WebJobs host's own
        }
    }

    private static string RpcAddress(Desk desk)
    {
        using var client = JsonDocument.Parse(desk.Host.ClientJson);
        return client.RootElement.GetProperty("rpcBaseUrl").GetString()!;
    }

    private static Worker Named(string name) => new Worker()
        .Orchestrator("Name", static async (context, _) => await context.CallActivityAsync<string>("Say"))
        .Activity("Say", _ => Task.FromResult<object?>(name));

    private sealed record Counted(int Number, string Text);
}
