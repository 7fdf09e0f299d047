namespace Conformance.Tests.Common;

/// <summary>Code that is not what its history was written by.</summary>
public abstract class ChangedCode(IBackend on) : ConformanceTests(on)
{
    private const string Prefix = "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled ";
    private const string Question = "Was a change made to the orchestrator code after this instance had already started running?";

    [Fact]
    [Row("10 other activity name on replay")]
    public async Task Another_activity_fails_the_instance_and_the_code_can_not_catch_it()
    {
        var failure = await Failure(
            context => context.CallActivityAsync<string>("Echo", "1"),
            context => context.CallActivityAsync<string>("Sleep", "1"));

        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.Equal(
            $"{Prefix}an activity task with sequence number 0 named 'Echo', but the current orchestration replay instead scheduled an activity task " +
            $"named 'Sleep' with this sequence number.  {Question}",
            failure.ErrorMessage);
    }

    [Fact]
    [Row("10 other variants")]
    public async Task A_timer_instead_of_an_activity_fails_the_instance()
    {
        var failure = await Failure(
            context => context.CallActivityAsync<string>("Echo", "1"),
            context => context.CreateTimer(TimeSpan.FromDays(1), CancellationToken.None));

        Assert.StartsWith(Prefix, failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("instead produced a CreateTimerOrchestratorAction action", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Fact]
    [Row("10 other variants")]
    public async Task A_call_that_is_missing_fails_the_instance()
    {
        var failure = await Failure(
            context => context.CallActivityAsync<string>("Echo", "1"),
            _ => Task.CompletedTask);

        Assert.StartsWith(Prefix, failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains(
            "with sequence ID 0 and name 'Echo' (version ''), but the current replay execution hasn't (yet?) scheduled this task.",
            failure.ErrorMessage,
            StringComparison.Ordinal);
    }

    [Fact]
    [Row("10 other variants")]
    public async Task Another_sub_orchestration_fails_the_instance()
    {
        var failure = await Failure(
            context => context.CallSubOrchestratorAsync("Child", new TaskOptions().WithInstanceId("child")),
            context => context.CallSubOrchestratorAsync("OtherChild", new TaskOptions().WithInstanceId("child")));

        Assert.Equal("DurableTask.Core.Exceptions.NonDeterministicOrchestrationException", failure.ErrorType);
        Assert.Contains("'Child'", failure.ErrorMessage, StringComparison.Ordinal);
        Assert.Contains("'OtherChild'", failure.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("other input")]
    [InlineData("other case")]
    [InlineData("one more call")]
    [Row("10 other variants")]
    public async Task Another_input_another_case_of_the_name_or_one_more_call_at_the_end_is_not_noticed(string change)
    {
        var result = await ChangeAsync(
            context => context.CallActivityAsync<string>("Echo", "1"),
            async context =>
            {
                var echo = await context.CallActivityAsync<string>(change == "other case" ? "ECHO" : "Echo", change == "other input" ? "2" : "1");
                return change == "one more call" ? echo + await context.CallActivityAsync<string>("Sleep", "2") : echo;
            },
            static (host, id) => host.OutputAsync<string>(id));

        Assert.Equal(change == "one more call" ? "12" : "1", result);
    }

    private Task<TaskFailureDetails> Failure(Func<TaskOrchestrationContext, Task> before, Func<TaskOrchestrationContext, Task> after) =>
        ChangeAsync(AsText(before), AsText(after), static (host, id) => host.FailureAsync(id));

    /// <summary>Runs a code until it waits, then another one on its history.</summary>
    private async Task<T> ChangeAsync<T>(
        Func<TaskOrchestrationContext, Task<string>> before,
        Func<TaskOrchestrationContext, Task<string>> after,
        Func<ConformanceHost, string, Task<T>> look)
    {
        var code = before;
        await using var host = await StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddActivityFunc<string, string>("Sleep", (_, text) => text)
            .AddOrchestratorFunc("Child", _ => 1)
            .AddOrchestratorFunc("OtherChild", _ => 2)
            .AddOrchestratorFunc("Changes", async context =>
            {
                string result;
                try
                {
                    result = await code(context);
                }
                catch (Exception)
                {
                    return "caught";
                }

                await context.WaitForExternalEvent<string>("Go");
                return result;
            }));

        var id = await host.RunAsync("Changes");
        await host.IsAsync(OrchestrationRuntimeStatus.Running, id);
        code = after;
        await host.RaiseAsync(id, "Go");
        return await look(host, id);
    }

    private static Func<TaskOrchestrationContext, Task<string>> AsText(Func<TaskOrchestrationContext, Task> code) => async context =>
    {
        await code(context);
        return "done";
    };
}
