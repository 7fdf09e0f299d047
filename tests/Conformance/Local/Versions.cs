using LocalHost.Durable;

namespace Conformance.Tests.Local;

/// <summary>The app's version beside that of an instance: as the worker decides, with host.json's settings.</summary>
public abstract class Versions(ILocalBackend on) : ConformanceTests(on)
{
    [Theory]
    [InlineData(VersionMatchStrategy.None, "1.0 2.0 3.0 1.10")]
    [InlineData(VersionMatchStrategy.Strict, "2.0")]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "1.0 2.0 1.10")]
    [Row("12 worker version")]
    public async Task Of_four_versions_those_run_that_match(VersionMatchStrategy strategy, string run)
    {
        await using var host = await StartAsync(strategy, VersionFailureStrategy.Reject);
        List<string> completed = [];
        foreach (var version in new[] { "1.0", "2.0", "3.0", "1.10" })
        {
            var id = await host.RunAsync("Tells", options: new() { Version = version });
            if ((await host.GetAsync(id)).RuntimeStatus == OrchestrationRuntimeStatus.Completed)
            {
                completed.Add(version);
            }
            else
            {
                await host.IsAsync(OrchestrationRuntimeStatus.Pending, id);
            }
        }

        Assert.Equal(run, string.Join(' ', completed));
    }

    [Theory]
    [InlineData(VersionMatchStrategy.Strict, "1.0", "The orchestration version '1.0' does not match the worker version '2.0'.")]
    [InlineData(VersionMatchStrategy.CurrentOrOlder, "3.0", "The orchestration version '3.0' is greater than the worker version '2.0'.")]
    [Row("12 worker version")]
    public async Task With_failing_the_others_fail_and_say_why(VersionMatchStrategy strategy, string version, string message)
    {
        await using var host = await StartAsync(strategy, VersionFailureStrategy.Fail);

        var failure = await host.FailureAsync(await host.RunAsync("Tells", options: new() { Version = version }));

        Assert.Equal(("VersionMismatch", message), (failure.ErrorType, failure.ErrorMessage));
    }

    [Fact]
    [Row("12 worker version")]
    public async Task Started_without_a_version_it_has_that_of_the_app()
    {
        await using var host = await StartAsync(VersionMatchStrategy.Strict, VersionFailureStrategy.Fail);

        Assert.Equal("2.0", await host.OutputOfAsync<string>("Tells"));
        Assert.Equal("2.0", await host.OutputOfAsync<string>("Parent"));
    }

    private Task<ConformanceHost> StartAsync(VersionMatchStrategy strategy, VersionFailureStrategy failure) => on.StartAsync(
        f => f
            .AddOrchestratorFunc("Tells", context => context.Version)
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync<string>("Tells")),
        new() { DefaultVersion = "2.0", VersionMatchStrategy = strategy, VersionFailureStrategy = failure });
}
