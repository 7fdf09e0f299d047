namespace Conformance.Tests.Common;

/// <summary>What is left of an exception on the other side of a history.</summary>
public abstract class Failures(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("3 exception seen")]
    public async Task A_failed_activity_tells_name_number_type_message_stack_and_inner_failures()
    {
        TaskFailedException? seen = null;
        await using var host = await StartAsync(f => Failing(f)
            .AddOrchestratorFunc("Catches", async context => seen = await Caught<TaskFailedException>(() => context.CallActivityAsync("Fail"))));

        await host.EndedAsync(await host.RunAsync("Catches"));

        Assert.Equal("Task 'Fail' (#0) failed with an unhandled exception: boom", seen!.Message);
        Assert.Equal(("Fail", 0), (seen.TaskName, seen.TaskId));
        Assert.Equal("System.InvalidOperationException: boom", seen.FailureDetails.ToString());
        Assert.NotEmpty(seen.FailureDetails.StackTrace!);
        Assert.Equal("System.FormatException: inside", seen.FailureDetails.InnerFailure!.ToString());
        Assert.Null(seen.FailureDetails.InnerFailure.InnerFailure);
        Assert.Equal("DurableTask.Core.Exceptions.TaskFailedException", seen.InnerException!.GetType().FullName);
    }

    [Fact]
    [Row("3 exception seen")]
    [Row("7 child fails or is terminated")]
    public async Task A_failed_child_tells_the_same_but_has_no_inner_exception()
    {
        TaskFailedException? seen = null;
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Child", Task (_) => throw new InvalidOperationException("boom", new FormatException("inside")))
            .AddOrchestratorFunc("Catches", async context =>
                seen = await Caught<TaskFailedException>(() => context.CallSubOrchestratorAsync("Child"))));

        await host.EndedAsync(await host.RunAsync("Catches"));

        Assert.Equal("Task 'Child' (#0) failed with an unhandled exception: boom", seen!.Message);
        Assert.Equal("System.InvalidOperationException: boom", seen.FailureDetails.ToString());
        Assert.Equal("System.FormatException: inside", seen.FailureDetails.InnerFailure!.ToString());
        Assert.Null(seen.InnerException);
    }

    [Fact]
    [Row("3 IsCausedBy")]
    public async Task A_failure_is_caused_by_its_outermost_type_and_its_base_types_only()
    {
        await using var host = await StartAsync(f => Failing(f).AddOrchestratorFunc("Catches", async context =>
        {
            var details = (await Caught<TaskFailedException>(() => context.CallActivityAsync("Fail"))).FailureDetails;
            return new[]
            {
                details.IsCausedBy<InvalidOperationException>(),
                details.IsCausedBy<SystemException>(),
                details.IsCausedBy<FormatException>(),
                details.IsCausedBy(typeof(ArgumentException)),
            };
        }));

        Assert.Equal([true, true, false, false], await host.OutputOfAsync<List<bool>>("Catches"));
    }

    [Fact]
    [Row("3 orchestrator throws, or lets a TaskFailedException through")]
    public async Task An_orchestrator_that_throws_fails_with_its_exception()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Throws", Task (_) =>
            throw new InvalidOperationException("boom", new FormatException("inside"))));

        var failure = await host.FailureAsync(await host.RunAsync("Throws"));

        Assert.Equal("System.InvalidOperationException: boom", failure.ToString());
        Assert.Equal("System.FormatException: inside", failure.InnerFailure!.ToString());
        Assert.NotEmpty(failure.StackTrace!);
    }

    [Fact]
    [Row("3 orchestrator throws, or lets a TaskFailedException through")]
    public async Task A_failure_nobody_caught_is_inside_that_of_the_instance()
    {
        await using var host = await StartAsync(f => Failing(f).AddOrchestratorFunc("Calls", context => context.CallActivityAsync("Fail")));

        var failure = await host.FailureAsync(await host.RunAsync("Calls"));

        Assert.Equal(
            "Microsoft.DurableTask.TaskFailedException: Task 'Fail' (#0) failed with an unhandled exception: boom", failure.ToString());
        Assert.Equal("System.InvalidOperationException: boom", failure.InnerFailure!.ToString());
        Assert.Equal("System.FormatException: inside", failure.InnerFailure.InnerFailure!.ToString());
    }

    [Fact]
    [Row("3 user exception wrapping a TaskFailedException")]
    public async Task A_failure_that_is_wrapped_loses_its_type()
    {
        await using var host = await StartAsync(f => Failing(f).AddOrchestratorFunc("Wraps", async context =>
        {
            var failed = await Caught<TaskFailedException>(() => context.CallActivityAsync("Fail"));
            throw new ArithmeticException("wrapped", failed);
        }));

        List<string> types = [];
        for (var failure = await host.FailureAsync(await host.RunAsync("Wraps")); failure is not null; failure = failure.InnerFailure)
        {
            types.Add(failure.ErrorType);
        }

        Assert.Equal(
            ["System.ArithmeticException", "Microsoft.DurableTask.TaskFailedException", "DurableTask.Core.Exceptions.TaskFailedException"], types);
    }

    [Fact]
    [Row("3 orchestrator throws OperationCanceledException")]
    public async Task An_orchestrator_that_throws_a_cancellation_fails()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Cancels", Task (_) => throw new OperationCanceledException()));

        var failure = await host.FailureAsync(await host.RunAsync("Cancels"));

        Assert.Equal("System.AggregateException", failure.ErrorType);
        Assert.Equal("System.Threading.Tasks.TaskCanceledException: A task was canceled.", failure.InnerFailure!.ToString());
    }

    [Fact]
    [Row("3 unknown activity")]
    public async Task An_unknown_activity_fails_at_once_whatever_the_retry_policy_says()
    {
        await using var host = await StartAsync(f => f.AddProbe().AddOrchestratorFunc("Calls", async context =>
        {
            var policy = TaskOptions.FromRetryPolicy(new RetryPolicy(5, TimeSpan.FromDays(1)));
            var failed = await Caught<TaskFailedException>(() => context.CallActivityAsync("Nowhere", options: policy));
            return $"{failed.FailureDetails}, then #{await context.NextNumberAsync()}";
        }));

        Assert.Equal(
            "ActivityTaskNotFound: No activity task named 'Nowhere' was found., then #1", await host.OutputOfAsync<string>("Calls"));
    }

    [Fact]
    [Row("3 unknown orchestrator")]
    public async Task An_unknown_orchestrator_fails_its_instance_and_the_call_of_its_parent()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Parent", async context =>
            (await Caught<TaskFailedException>(() => context.CallSubOrchestratorAsync("Nobody"))).FailureDetails.ToString()));

        Assert.Equal(
            "OrchestratorTaskNotFound: No orchestrator task named 'Nobody' was found.",
            (await host.FailureAsync(await host.RunAsync("Nobody"))).ToString());
        Assert.Equal("OrchestratorTaskNotFound: No orchestrator task named 'Nobody' was found.", await host.OutputOfAsync<string>("Parent"));
    }

    [Fact]
    [Row("3 bad JSON")]
    public async Task An_input_that_does_not_fit_fails_the_activity_and_a_result_that_does_not_the_caller()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<int, int>("Number", (_, n) => n)
            .AddActivityFunc<string, string>("Text", (_, text) => text)
            .AddOrchestratorFunc("Misfits", async context =>
            {
                var input = await Caught<TaskFailedException>(() => context.CallActivityAsync<int>("Number", "no number"));
                var result = await Caught<System.Text.Json.JsonException>(() => context.CallActivityAsync<int>("Text", "no number"));
                return new[] { input.FailureDetails.ErrorType, result.GetType().FullName };
            }));

        Assert.Equal(["System.Text.Json.JsonException", "System.Text.Json.JsonException"], await host.OutputOfAsync<List<string>>("Misfits"));
    }

    [Fact]
    [Row("3 bad JSON")]
    public async Task An_orchestrator_whose_input_does_not_fit_fails_before_its_code_runs()
    {
        var ran = false;
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<int, bool>("Number", (_, _) => ran = true));

        Assert.Equal("System.Text.Json.JsonException", (await host.FailureAsync(await host.RunAsync("Number", "no number"))).ErrorType);
        Assert.False(ran);
    }

    [Fact]
    [Row("3 bad JSON")]
    public async Task No_input_is_the_default_of_its_type()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<int, int>("Number", (_, n) => n)
            .AddOrchestratorFunc<int, int>("Numbers", async (context, n) => n + await context.CallActivityAsync<int>("Number") + 5));

        Assert.Equal(5, await host.OutputOfAsync<int>("Numbers"));
    }

    [Fact]
    [Row("3 TaskOptions passed as input")]
    public async Task Options_given_as_the_input_are_refused_and_that_can_be_caught()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<int, int>("Number", (_, n) => n)
            .AddOrchestratorFunc("Mistakes", async context =>
            {
                await Caught<ArgumentException>(() => context.CallActivityAsync<int>("Number", input: new TaskOptions()));
                return await context.CallActivityAsync<int>("Number", 4);
            }));

        Assert.Equal(4, await host.OutputOfAsync<int>("Mistakes"));
    }

    private static DurableTaskRegistry Failing(DurableTaskRegistry functions) =>
        functions.AddActivityFunc("Fail", Task (_) => throw new InvalidOperationException("boom", new FormatException("inside")));
}
