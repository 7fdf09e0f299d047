namespace Conformance.Tests.Common;

/// <summary>Activities one after the other and side by side, and how calls are numbered.</summary>
public abstract class FanOut(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("11 types")]
    public async Task Activities_run_one_after_the_other_and_hand_their_results_on()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<string, string>("Tells", (context, text) => $"{text} {context.Name}/{context.InstanceId}")
            .AddOrchestratorFunc("Chain", async context =>
            {
                var one = await context.CallActivityAsync<string>("Tells", "one");
                return await context.CallActivityAsync<string>("Tells", one);
            }));

        var id = await host.RunAsync("Chain");

        Assert.Equal($"one Tells/{id} Tells/{id}", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("5 WhenAll")]
    public async Task A_fan_out_of_a_hundred_keeps_the_order_of_the_calls()
    {
        await using var host = await StartAsync(f => f
            .AddProbe()
            .AddActivityFunc<int, int>("Square", (_, n) => n * n)
            .AddOrchestratorFunc("FanOut", async context =>
            {
                var squares = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => context.CallActivityAsync<int>("Square", n)));
                return squares.Append(await context.NextNumberAsync()).ToArray();
            }));

        Assert.Equal(Enumerable.Range(0, 100).Select(static n => n * n).Append(100), await host.OutputOfAsync<List<int>>("FanOut"));
    }

    [Fact]
    [Row("5 WhenAll")]
    public async Task Of_several_failures_WhenAll_throws_the_first_by_order_of_calls_has_them_all_and_waits_for_all()
    {
        var finished = 0;
        await using var host = await StartAsync(f => f
            .AddActivityFunc<int, int>("Odd", (_, n) =>
            {
                Interlocked.Increment(ref finished);
                return n % 2 == 1 ? n : throw new InvalidOperationException($"{n} is even");
            })
            .AddOrchestratorFunc("All", async context =>
            {
                var all = Task.WhenAll(Enumerable.Range(0, 4).Select(n => context.CallActivityAsync<int>("Odd", n)));
                var first = await Caught<TaskFailedException>(() => all);
                return $"{first.TaskId} {first.FailureDetails.ErrorMessage} of {all.Exception!.InnerExceptions.Count}";
            }));

        Assert.Equal("0 0 is even of 2", await host.OutputOfAsync<string>("All"));
        Assert.Equal(4, finished);
    }

    [Fact]
    [Row("5 ids")]
    public async Task Activities_timers_children_and_sent_events_are_numbered_together_and_nothing_else_is()
    {
        await using var host = await StartAsync(f => f
            .AddProbe()
            .AddOrchestratorFunc("Child", _ => 1)
            .AddOrchestratorFunc("Receives", context => context.WaitForExternalEvent<string>("E"))
            .AddOrchestratorFunc<string, int[]>("Numbers", async (context, receiver) =>
            {
                List<int> numbers = [await context.NextNumberAsync()]; // 0
                await context.CreateTimer(TimeSpan.Zero, CancellationToken.None); // 1
                numbers.Add(await context.NextNumberAsync()); // 2
                await context.CallSubOrchestratorAsync<int>("Child"); // 3
                numbers.Add(await context.NextNumberAsync()); // 4
                context.SendEvent(receiver, "E", "sent"); // 5
                numbers.Add(await context.NextNumberAsync()); // 6
                context.SetCustomStatus("none");
                context.NewGuid();
                await context.WaitForExternalEvent<string>("Go");
                numbers.Add(await context.NextNumberAsync()); // 7
                return [.. numbers];
            }));

        var id = await host.RunAsync("Numbers", await host.RunAsync("Receives"));
        await host.RaiseAsync(id, "Go");

        Assert.Equal([0, 2, 4, 6, 7], await host.OutputAsync<List<int>>(id));
    }

    [Fact]
    [Row("15 several messages in one turn")]
    [Row("9 suspend")]
    public async Task Events_that_arrive_together_are_handled_one_by_one_in_their_order_at_the_same_time()
    {
        List<DateTime> times = [];
        await using var host = await StartAsync(f => f
            .AddProbe()
            .AddOrchestratorFunc("Several", async context =>
            {
                List<string> order = [];
                async Task Handle(string name)
                {
                    await context.WaitForExternalEvent<int>(name);
                    order.Add(name);
                    if (!context.IsReplaying)
                    {
                        times.Add(context.CurrentUtcDateTime);
                    }

                    order.Add($"{await context.NextNumberAsync()}={name}");
                }

                await Task.WhenAll(Handle("A"), Handle("B"), Handle("D"));
                return string.Join(' ', order.Take(3).Concat(order.Skip(3).Order(StringComparer.Ordinal)));
            }));

        var id = await host.RunAsync("Several");
        await host.SuspendAsync(id);
        foreach (var name in new[] { "D", "B", "A" })
        {
            await host.RaiseAsync(id, name, 1);
        }

        await host.ResumeAsync(id);

        Assert.Equal("D B A 0=D 1=B 2=A", await host.OutputAsync<string>(id));
        Assert.Equal(3, times.Count);
        Assert.Single(times.Distinct());
    }
}
