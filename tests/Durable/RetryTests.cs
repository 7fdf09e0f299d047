using Durable.Tests.Twins;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

public sealed class RetryTests
{
    [Fact]
    public async Task A_policy_counts_attempts_in_all_and_waits_longer_each_time_up_to_its_limit()
    {
        await using var calls = await Failing.StartAsync(new RetryPolicy(
            5, TimeSpan.FromSeconds(2), backoffCoefficient: 2, maxRetryInterval: TimeSpan.FromSeconds(5)));

        await calls.RunForAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([0, 2, 6, 11, 16], calls.Seconds);
        Assert.Equal("#8 after 5", calls.Ended);
    }

    [Fact]
    public async Task The_retry_time_out_is_looked_at_when_an_attempt_fails_so_the_last_one_may_be_later()
    {
        await using var calls = await Failing.StartAsync(new RetryPolicy(10, TimeSpan.FromSeconds(5), retryTimeout: TimeSpan.FromSeconds(12)));

        await calls.RunForAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([0, 5, 10, 15], calls.Seconds);
    }

    [Fact]
    public async Task A_failure_the_policy_does_not_handle_is_not_retried()
    {
        await using var calls = await Failing.StartAsync(new RetryPolicy(5, TimeSpan.FromSeconds(2))
        {
            HandleFailure = failure => !failure.IsCausedBy<InvalidOperationException>(),
        });

        await calls.RunForAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([0], calls.Seconds);
        Assert.Equal("#0 after 1", calls.Ended);
    }

    [Fact]
    public async Task An_attempt_that_succeeds_ends_the_retries()
    {
        await using var calls = await Failing.StartAsync(new RetryPolicy(5, TimeSpan.FromSeconds(2)), succeedsAt: 3);

        await calls.RunForAsync(TimeSpan.FromMinutes(5));

        Assert.Equal([0, 2, 4], calls.Seconds);
        Assert.Equal("done after 3", calls.Ended);
    }

    [Fact]
    public async Task A_handler_sees_attempt_failure_and_time_and_decides()
    {
        List<(int Attempt, string Error, double Seconds)> seen = [];
        await using var host = await DurableHost.StartAsync(f => f
            .AddActivityFunc("Fail", Task (_) => throw new InvalidOperationException("boom"))
            .AddOrchestratorFunc("Retries", context => context.CallActivityAsync("Fail", TaskOptions.FromRetryHandler(async retry =>
            {
                if (!retry.OrchestrationContext.IsReplaying)
                {
                    seen.Add((retry.LastAttemptNumber, retry.LastFailure.ErrorMessage, retry.TotalRetryTime.TotalSeconds));
                }

                await retry.OrchestrationContext.CreateTimer(TimeSpan.FromSeconds(10), CancellationToken.None);
                return retry.LastAttemptNumber < 3;
            }))));

        var id = await host.RunAsync("Retries");
        await host.AdvanceBy(TimeSpan.FromMinutes(1));

        Assert.Equal([(1, "boom", 0), (2, "boom", 10), (3, "boom", 20)], seen);
        await host.IsAsync(OrchestrationRuntimeStatus.Failed, id);
    }

    [Fact]
    public void A_policy_that_makes_no_sense_is_refused()
    {
        var second = TimeSpan.FromSeconds(1);
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, backoffCoefficient: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, maxRetryInterval: second / 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, retryTimeout: second / 2));
    }

    /// <summary>An orchestration that calls a failing activity under a policy, and the times of the attempts.</summary>
    private sealed class Failing : IAsyncDisposable
    {
        private readonly List<double> _seconds = [];
        private DurableHost? _host;

        public IReadOnlyList<double> Seconds => _seconds;

        public string? Ended { get; private set; }

        public static async Task<Failing> StartAsync(RetryPolicy policy, int succeedsAt = int.MaxValue)
        {
            var calls = new Failing();
            calls._host = await DurableHost.StartAsync(f => f
                .AddActivityFunc("Fail", _ => calls.Attempt(succeedsAt))
                .AddOrchestratorFunc("Retries", async context =>
                {
                    try
                    {
                        return await context.CallActivityAsync<string>("Fail", TaskOptions.FromRetryPolicy(policy));
                    }
                    catch (TaskFailedException e)
                    {
                        return $"#{e.TaskId}";
                    }
                }));
            return calls;
        }

        public async Task RunForAsync(TimeSpan time)
        {
            var id = await _host!.RunAsync("Retries");
            await _host.AdvanceBy(time);
            Ended = $"{await _host.OutputAsync<string>(id)} after {_seconds.Count}";
        }

        public ValueTask DisposeAsync() => _host!.DisposeAsync();

        private string Attempt(int succeedsAt)
        {
            _seconds.Add((_host!.Clock.GetUtcNow() - DurableHost.Start).TotalSeconds);
            return _seconds.Count >= succeedsAt ? "done" : throw new InvalidOperationException("boom");
        }
    }
}
