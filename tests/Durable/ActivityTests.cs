using Durable.Tests.Twins;
using Microsoft.DurableTask;

namespace Durable.Tests;

public sealed class ActivityTests
{
    [Fact]
    public async Task At_most_the_allowed_number_of_activities_runs_side_by_side()
    {
        var (now, most) = (0, 0);
        var twoRun = new TaskCompletionSource();
        await using var host = await DurableHost.StartAsync(
            f => f
                .AddActivityFunc<int, int>("Count", async (_, n) =>
                {
                    var running = Interlocked.Increment(ref now);
                    InterlockedMax(ref most, running);
                    if (running == 2)
                    {
                        twoRun.TrySetResult();
                    }

                    await twoRun.Task;
                    Interlocked.Decrement(ref now);
                    return n;
                })
                .AddOrchestratorFunc("FanOut", context =>
                    Task.WhenAll(Enumerable.Range(0, 20).Select(n => context.CallActivityAsync<int>("Count", n)))),
            options: new() { MaxConcurrentActivities = 2 });

        var id = await host.RunAsync("FanOut");

        Assert.Equal(20, (await host.OutputAsync<int[]>(id))!.Length);
        Assert.Equal(2, most);
    }

    private static void InterlockedMax(ref int target, int value)
    {
        for (var seen = Volatile.Read(ref target); seen < value; seen = Volatile.Read(ref target))
        {
            Interlocked.CompareExchange(ref target, value, seen);
        }
    }
}
