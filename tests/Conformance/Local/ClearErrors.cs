namespace Conformance.Tests.Local;

/// <summary>Where the official one hangs for ever, or lets others hang, this one fails and says why.</summary>
public abstract class ClearErrors(IBackend on) : ConformanceTests(on)
{
    [Theory]
    [InlineData("Delay")]
    [InlineData("Run")]
    [InlineData("ConfigureAwait")]
    [InlineData("CallFromOtherThread")]
    [Row("10 something not durable")]
    public async Task An_orchestrator_that_awaits_something_not_durable_fails_with_an_error_that_says_so(string how)
    {
        var never = new TaskCompletionSource();
        await using var host = await StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc("Wrong", async context =>
            {
                await (how switch
                {
                    "Delay" => Task.Delay(TimeSpan.FromDays(1), CancellationToken.None),
                    "Run" => Task.Run(() => never.Task),
                    "ConfigureAwait" => Elsewhere(context),
                    _ => Task.Run(() => context.CallActivityAsync<string>("Echo", "1")),
                });
                await context.WaitForExternalEvent<string>("Never");
            }));

        var failure = await host.FailureAsync(await host.RunAsync("Wrong"));

        Assert.Equal("System.InvalidOperationException", failure.ErrorType);
        Assert.Contains("may only await tasks made by its TaskOrchestrationContext", failure.ErrorMessage, StringComparison.Ordinal);

        static async Task Elsewhere(TaskOrchestrationContext context)
        {
            await context.CreateTimer(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
            await context.CallActivityAsync<string>("Echo", "1").ConfigureAwait(false);
        }
    }

    [Fact]
    [Row("2 payload does not fit T")]
    public async Task The_output_of_a_failed_instance_is_type_and_message()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Throws", Task (_) => throw new InvalidOperationException("boom"))
            .AddOrchestratorFunc("Number", context => context.WaitForExternalEvent<int>("E")));

        var throws = await host.EndedAsync(await host.RunAsync("Throws"));
        var number = await host.RunAsync("Number");
        await host.RaiseAsync(number, "E", "abc");

        Assert.Equal("System.InvalidOperationException: boom", throws.SerializedOutput);
        Assert.StartsWith("System.Text.Json.JsonException: ", (await host.EndedAsync(number)).SerializedOutput, StringComparison.Ordinal);
    }

    [Fact]
    [Row("9 suspend")]
    public async Task The_output_of_a_suspended_instance_is_the_reason()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("E")));

        var id = await host.RunAsync("Waits");
        await host.SuspendAsync(id, "lunch");
        Assert.Equal("lunch", (await host.GetAsync(id)).SerializedOutput);
        await host.ResumeAsync(id);

        Assert.Null((await host.GetAsync(id)).SerializedOutput);
    }

    [Fact]
    [Row("9 GetAllInstances")]
    public async Task A_page_has_at_least_one_instance_and_a_token_is_one_of_ours()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Ends", _ => 1));
        await host.RunAsync("Ends");

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => host.ListAsync(new(PageSize: 0)));
        await Assert.ThrowsAsync<ArgumentException>(() => host.ListAsync(new(ContinuationToken: "nonsense")));
    }

    [Fact]
    [Row("6 ContinueAsNew: takes effect")]
    public async Task An_orchestrator_that_continues_as_new_for_ever_without_an_await_fails()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Endless", context =>
        {
            context.ContinueAsNew();
            return 0;
        }));

        var failure = await host.FailureAsync(await host.RunAsync("Endless"));

        Assert.Contains("without awaiting anything", failure.ErrorMessage, StringComparison.Ordinal);
    }
}
