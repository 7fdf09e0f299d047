using Durable.Tests.Twins;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace Durable.Tests;

/// <summary>What is undone where the code did not simply stop at the failure.</summary>
public sealed class RewindChoiceTests
{
    private readonly BreakableSteps _steps = new();

    [Fact]
    public async Task Of_a_retried_activity_the_last_attempt_is_made_again()
    {
        await using var host = await _steps.StartAsync(async context =>
        {
            await BreakableSteps.Do(context, "one");
            return await BreakableSteps.Do(context, "two", TaskOptions.FromRetryPolicy(new(3, TimeSpan.FromHours(1))));
        });
        _steps.Break("two");
        var id = await BreakableSteps.RunToFailureAsync(host, TimeSpan.FromDays(1));
        Assert.Equal(["one", "two!", "two!", "two!"], _steps.Done);

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("two", await host.OutputAsync<string>(id));
        Assert.Equal(["one", "two!", "two!", "two!", "two"], _steps.Done);
    }

    [Fact]
    public async Task A_retried_one_that_the_code_turned_into_an_exception_of_its_own_is_found_too()
    {
        await using var host = await _steps.StartAsync(async context =>
        {
            try
            {
                return await BreakableSteps.Do(context, "one", TaskOptions.FromRetryPolicy(new(2, TimeSpan.FromHours(1))));
            }
            catch (TaskFailedException)
            {
                throw new InvalidOperationException("not today");
            }
        });
        _steps.Break("one");
        var id = await BreakableSteps.RunToFailureAsync(host, TimeSpan.FromDays(1));

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("one", await host.OutputAsync<string>(id));
    }

    [Fact]
    public async Task What_the_code_did_because_of_the_failure_is_undone_too()
    {
        await using var host = await _steps.StartAsync(async context =>
        {
            await BreakableSteps.Do(context, "one");
            try
            {
                return await BreakableSteps.Do(context, "two");
            }
            catch (TaskFailedException)
            {
                await BreakableSteps.Do(context, "clean-up");
                throw;
            }
        });
        _steps.Break("two");
        var id = await BreakableSteps.RunToFailureAsync(host);

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("two", await host.OutputAsync<string>(id));
        Assert.Equal(["one", "two!", "clean-up", "two"], _steps.Done);
    }

    [Fact]
    public async Task A_failure_that_the_code_had_got_over_stays()
    {
        await using var host = await _steps.StartAsync(async context =>
        {
            await BreakableSteps.Tried(context, "one");
            await BreakableSteps.Do(context, "two");
            await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
            return await BreakableSteps.Do(context, "three");
        });
        _steps.Break("one", "three");
        var id = await BreakableSteps.RunToFailureAsync(host, TimeSpan.FromDays(4));

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("three", await host.OutputAsync<string>(id));
        Assert.Equal(["one!", "two", "three!", "three"], _steps.Done);
    }

    [Fact]
    public async Task An_orchestrator_that_throws_by_itself_fails_again_and_nothing_is_done_twice()
    {
        await using var host = await _steps.StartAsync(async context =>
        {
            await BreakableSteps.Tried(context, "one");
            await BreakableSteps.Do(context, "two");
            await context.CreateTimer(TimeSpan.FromDays(3), CancellationToken.None);
            throw new InvalidOperationException("a bug");
        });
        _steps.Break("one");
        var id = await BreakableSteps.RunToFailureAsync(host, TimeSpan.FromDays(4));

        await _steps.MendAndRewindAsync(host, id);

        await host.IsAsync(OrchestrationRuntimeStatus.Failed, id);
        Assert.Equal("a bug", (await host.GetAsync(id)).FailureDetails!.ErrorMessage);
        Assert.Equal(["one!", "two"], _steps.Done);
    }

    [Fact]
    public async Task After_its_code_was_mended_it_goes_on_from_there()
    {
        Func<TaskOrchestrationContext, Task<string>> code = async context =>
        {
            await BreakableSteps.Do(context, "two");
            return "never";
        };
        await using var host = await _steps.StartAsync(async context =>
        {
            await BreakableSteps.Do(context, "one");
            return await code(context);
        });
        _steps.Break("two");
        var id = await BreakableSteps.RunToFailureAsync(host);
        code = async context => await BreakableSteps.Do(context, "another") + await BreakableSteps.Do(context, "three");

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("anotherthree", await host.OutputAsync<string>(id));
        Assert.Equal(["one", "two!", "another", "three"], _steps.Done);
    }

    [Fact]
    public async Task One_that_did_not_fit_its_history_goes_on_when_its_code_fits_again()
    {
        var other = false;
        await using var host = await _steps.StartAsync(async context =>
        {
            await BreakableSteps.Do(context, other ? "two" : "one", activity: other ? "Other" : "Do");
            var went = await context.WaitForExternalEvent<string>("Go");
            return await BreakableSteps.Do(context, went);
        });
        var id = await host.RunAsync("Case");
        other = true;
        await host.RaiseAsync(id, "Go", "went");
        await host.IsAsync(OrchestrationRuntimeStatus.Failed, id);
        other = false;

        await _steps.MendAndRewindAsync(host, id);

        Assert.Equal("went", await host.OutputAsync<string>(id));
        Assert.Equal(["one", "went"], _steps.Done);
    }
}
