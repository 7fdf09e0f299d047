namespace Conformance.Tests.Common;

/// <summary>Retry policies and handlers: how often, when, and what is numbered.</summary>
public abstract class Retries(IBackend on) : ConformanceTests(on)
{
    private sealed record Told(string Ended, int Took, int NextNumber)
    {
        public List<int> AtBeats { get; init; } = [];
    }

    [Fact]
    [Row("3 RetryPolicy")]
    [Row("3 exception seen")]
    public async Task A_policy_counts_attempts_in_all_and_waits_longer_each_time_up_to_its_limit()
    {
        var told = await Policy(new(5, Beat, backoffCoefficient: 2, maxRetryInterval: 3 * Beat), passes: 9);

        Assert.Equal([0, 1, 3, 6, 9], told.AtBeats);
        Assert.Equal("#8 Task 'Fail' (#8) failed with an unhandled exception: attempt 5", told.Ended);
        Assert.Equal(10, told.NextNumber); // after the last failure a needless timer takes 9
    }

    [Fact]
    [Row("3 RetryPolicy")]
    public async Task An_attempt_that_succeeds_ends_the_retries()
    {
        var told = await Policy(new(5, Beat), passes: 2, succeedsAt: 3);

        Assert.Equal([0, 1, 2], told.AtBeats);
        Assert.Equal("done at 3", told.Ended);
        Assert.Equal(5, told.NextNumber);
    }

    [Fact]
    [Row("3 RetryPolicy")]
    public async Task A_policy_of_one_attempt_does_not_retry_but_takes_the_needless_timer()
    {
        var told = await Policy(new(1, Beat), passes: 0);

        Assert.Equal([0], told.AtBeats);
        Assert.Equal(2, told.NextNumber);
    }

    [Fact]
    [Row("3 RetryPolicy")]
    public async Task A_failing_child_is_retried_under_the_same_id_with_the_same_delays()
    {
        List<string> ids = [];
        await using var host = await StartAsync(f => f
            .AddProbe()
            .AddOrchestratorFunc("Child", Task (context) =>
            {
                ids.Add($"{context.InstanceId} {context.CurrentUtcDateTime:O}");
                throw new InvalidOperationException("boom");
            })
            .AddOrchestratorFunc("Parent", async context =>
            {
                var policy = new TaskOptions(new RetryPolicy(3, Beat, backoffCoefficient: 2, maxRetryInterval: 4 * Beat));
                var failed = await Caught<TaskFailedException>(() => context.CallSubOrchestratorAsync("Child", options: policy));
                return (failed.TaskId, await context.NextNumberAsync());
            }));

        var id = await host.RunAsync("Parent");
        await host.PassAsync(3);

        Assert.Equal((4, 6), await host.OutputAsync<(int, int)>(id));
        Assert.Equal(3, ids.Count);
        Assert.Single(ids.Select(static i => i.Split(' ')[0]).Distinct());
        var times = ids.Select(static i => DateTime.Parse(i.Split(' ')[1], null, System.Globalization.DateTimeStyles.RoundtripKind)).ToList();
        Assert.Equal([0, 1, 3], times.Select(t => Beats(times[0], t)));
    }

    [Fact]
    [Row("3 RetryTimeout")]
    public async Task The_retry_time_out_is_looked_at_when_an_attempt_fails_so_the_last_one_may_be_later()
    {
        var told = await Policy(new(10, Beat, retryTimeout: 2.5 * Beat), passes: 4);

        Assert.Equal([0, 1, 2, 3], told.AtBeats);
        Assert.StartsWith("#6 ", told.Ended, StringComparison.Ordinal);
        Assert.Equal(7, told.NextNumber); // no needless timer here
    }

    [Fact]
    [Row("3 HandleFailure=false")]
    public async Task A_failure_the_policy_does_not_handle_is_not_retried()
    {
        TaskFailureDetails? seen = null;
        var told = await Policy(
            new(5, Beat)
            {
                HandleFailure = failure =>
                {
                    seen = failure;
                    return false;
                },
            },
            passes: 0);

        Assert.Equal([0], told.AtBeats);
        Assert.Equal(1, told.NextNumber);
        Assert.Equal("System.InvalidOperationException: attempt 1", seen!.ToString());
    }

    [Fact]
    [Row("3 policy argument checks and defaults")]
    public void A_policy_that_makes_no_sense_is_refused()
    {
        var second = TimeSpan.FromSeconds(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, backoffCoefficient: 0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, maxRetryInterval: second / 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, retryTimeout: second / 2));
    }

    [Fact]
    [Row("3 policy argument checks and defaults")]
    public void A_policy_waits_the_same_each_time_an_hour_at_most_and_without_a_time_out()
    {
        var policy = new RetryPolicy(3, TimeSpan.FromSeconds(1));

        Assert.Equal(1, policy.BackoffCoefficient);
        Assert.Equal(TimeSpan.FromHours(1), policy.MaxRetryInterval);
        Assert.Equal(Timeout.InfiniteTimeSpan, policy.RetryTimeout);
        Assert.True(policy.HandleFailure(new("Type", "message", null, null, null)));
    }

    [Fact]
    [Row("3 retry handler")]
    public async Task A_handler_sees_attempt_failure_and_time_and_ends_the_retries_with_false()
    {
        List<string> seen = [];
        await using var host = await StartAsync(f => f
            .AddProbe()
            .AddActivityFunc("Fail", Task (_) => throw new InvalidOperationException("boom"))
            .AddOrchestratorFunc("Retries", async context =>
            {
                var failed = await Caught<TaskFailedException>(() => context.CallActivityAsync("Fail", TaskOptions.FromRetryHandler(async retry =>
                {
                    if (!context.IsReplaying)
                    {
                        var time = (int)Math.Floor(retry.TotalRetryTime / Beat);
                        var same = ReferenceEquals(retry.OrchestrationContext, context) && !retry.CancellationToken.CanBeCanceled;
                        seen.Add($"{retry.LastAttemptNumber} {retry.LastFailure} {time} {same}");
                    }

                    await context.CreateTimer(Beat, CancellationToken.None);
                    return retry.LastAttemptNumber < 3;
                })));
                return $"#{failed.TaskId}, then #{await context.NextNumberAsync()}";
            }));

        var id = await host.RunAsync("Retries");
        await host.PassAsync(3);

        Assert.Equal("#4, then #6", await host.OutputAsync<string>(id));
        Assert.Equal(
            [
                "1 System.InvalidOperationException: boom 0 True",
                "2 System.InvalidOperationException: boom 1 True",
                "3 System.InvalidOperationException: boom 2 True",
            ],
            seen);
    }

    [Fact]
    [Row("3 retry handler")]
    public async Task A_handler_makes_no_timers_of_its_own_and_runs_again_on_every_replay()
    {
        var calls = 0;
        await using var host = await StartAsync(f => f
            .AddProbe()
            .AddActivityFunc("Fail", Task (_) => throw new InvalidOperationException("boom"))
            .AddOrchestratorFunc("Retries", async context =>
            {
                await Caught<TaskFailedException>(() => context.CallActivityAsync("Fail", TaskOptions.FromRetryHandler(retry =>
                {
                    Interlocked.Increment(ref calls);
                    return retry.LastAttemptNumber < 3;
                })));
                return await context.NextNumberAsync();
            }));

        Assert.Equal(3, await host.OutputOfAsync<int>("Retries"));
        Assert.Equal(1 + 2 + 3 + 3, calls); // one turn for each failure, and one for the probe's
    }

    [Fact]
    [Row("3 retry handler")]
    public async Task A_handler_ends_when_an_attempt_succeeds()
    {
        var attempts = 0;
        await using var host = await StartAsync(f => f
            .AddActivityFunc("Third", _ => Interlocked.Increment(ref attempts) is 3 and var n ? n : throw new InvalidOperationException("boom"))
            .AddOrchestratorFunc("Retries", context => context.CallActivityAsync<int>("Third", TaskOptions.FromRetryHandler(static _ => true))));

        Assert.Equal(3, await host.OutputOfAsync<int>("Retries"));
    }

    /// <summary>Calls a failing activity under the policy.</summary>
    private async Task<Told> Policy(RetryPolicy policy, double passes, int succeedsAt = int.MaxValue)
    {
        ConformanceHost? running = null;
        List<DateTime> attempts = [];
        await using var host = await StartAsync(f => f
            .AddProbe()
            .AddActivityFunc("Fail", _ =>
            {
                attempts.Add(running!.UtcNow);
                return attempts.Count >= succeedsAt
                    ? $"done at {attempts.Count}"
                    : throw new InvalidOperationException($"attempt {attempts.Count}");
            })
            .AddOrchestratorFunc("Retries", async context =>
            {
                var first = context.CurrentUtcDateTime;
                string ended;
                try
                {
                    ended = await context.CallActivityAsync<string>("Fail", TaskOptions.FromRetryPolicy(policy));
                }
                catch (TaskFailedException e)
                {
                    ended = $"#{e.TaskId} {e.Message}";
                }

                var took = Beats(first, context.CurrentUtcDateTime);
                return new Told(ended, took, await context.NextNumberAsync());
            }));
        running = host;

        var id = await host.RunAsync("Retries");
        await host.PassAsync(passes);
        var told = (await host.OutputAsync<Told>(id))!;
        var at = attempts.ConvertAll(time => Beats(attempts[0], time));
        Assert.Equal(at[^1], told.Took);
        return told with { AtBeats = at };
    }
}
