using DurableTask.Core.Exceptions;

namespace Conformance.Tests.Common;

/// <summary>Starting: over what exists, when, with which version and under which names and ids.</summary>
public abstract class Starts(IBackend on) : ConformanceTests(on)
{
    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [Row("8 WithDedupeStatuses")]
    public async Task An_instance_in_one_of_the_dedupe_statuses_is_not_replaced(OrchestrationRuntimeStatus status)
    {
        await using var host = await StartAsync(Waits);
        await BringAsync(host, status);

        foreach (var refused in new[] { [status], StartOrchestrationOptionsExtensions.ValidDedupeStatuses })
        {
            var options = new StartOrchestrationOptions("case").WithDedupeStatuses(refused);
            await Assert.ThrowsAsync<OrchestrationAlreadyExistsException>(() => host.RunAsync("Waits", "second", options));
        }

        await host.IsAsync(status, "case");
        Assert.Equal("\"first\"", (await host.GetAsync("case")).SerializedInput);
    }

    [Theory]
    [InlineData(OrchestrationRuntimeStatus.Running)]
    [InlineData(OrchestrationRuntimeStatus.Suspended)]
    [InlineData(OrchestrationRuntimeStatus.Completed)]
    [InlineData(OrchestrationRuntimeStatus.Failed)]
    [InlineData(OrchestrationRuntimeStatus.Terminated)]
    [Row("8 WithDedupeStatuses")]
    public async Task An_empty_list_of_dedupe_statuses_replaces_whatever_exists(OrchestrationRuntimeStatus status)
    {
        await using var host = await StartAsync(Waits);
        await BringAsync(host, status);

        await host.RunAsync("Waits", "second", new StartOrchestrationOptions("case").WithDedupeStatuses());
        await host.IsAsync(OrchestrationRuntimeStatus.Running, "case");
        await host.RaiseAsync("case", "Go", "went");

        Assert.Equal("second went", await host.OutputAsync<string>("case"));
    }

    [Fact]
    [Row("8 WithDedupeStatuses")]
    public async Task An_instance_in_another_status_than_the_dedupe_statuses_is_replaced()
    {
        await using var host = await StartAsync(Waits);
        await BringAsync(host, OrchestrationRuntimeStatus.Completed);

        await host.RunAsync("Waits", "second", new StartOrchestrationOptions("case").WithDedupeStatuses(OrchestrationRuntimeStatus.Running));

        await host.IsAsync(OrchestrationRuntimeStatus.Running, "case");
        Assert.Equal("\"second\"", (await host.GetAsync("case")).SerializedInput);
    }

    [Fact]
    [Row("8 WithDedupeStatuses")]
    public async Task A_dedupe_status_must_be_a_status()
    {
        await using var host = await StartAsync(Waits);
        string[] valid = ["Completed", "Failed", "Terminated", "Canceled", "Pending", "Running", "Suspended"];

        await Assert.ThrowsAsync<ArgumentException>(() => host.RunAsync("Waits", options: new("case") { DedupeStatuses = ["Bogus"] }));
        Assert.Equal(valid, StartOrchestrationOptionsExtensions.ValidDedupeStatuses.Select(static s => s.ToString()));
    }

    [Fact]
    [Row("8 StartAt")]
    public async Task A_start_in_the_past_is_one_at_once()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Ends", _ => "ended"));

        var id = await host.RunAsync("Ends", options: new(StartAt: host.UtcNow.AddDays(-1)));

        Assert.Equal("ended", await host.OutputAsync<string>(id));
    }

    [Fact]
    [Row("12 Version")]
    public async Task A_version_is_that_of_the_start_and_not_inherited_by_children()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Child", context => $"'{context.Version}'")
            .AddOrchestratorFunc("Parent", async context => $"'{context.Version}', child {await context.CallSubOrchestratorAsync<string>("Child")}"));

        var versioned = await host.RunAsync("Parent", options: new() { Version = "1.5" });

        Assert.Equal("'1.5', child ''", await host.OutputAsync<string>(versioned));
        Assert.Equal("'', child ''", await host.OutputOfAsync<string>("Parent"));
    }

    [Theory]
    [InlineData(null, "1.0", -1)]
    [InlineData(null, "", 0)]
    [InlineData("1.5", "", 1)]
    [InlineData("1.5", "1.10", -1)]
    [InlineData("1.10", "1.10", 0)]
    [InlineData("a", "q", -16)]
    [InlineData("Beta", "bETA", 0)]
    [Row("12 Version")]
    public async Task Versions_compare_as_numbers_and_where_they_are_none_as_text(string? version, string other, int expected)
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc<string, int>("Compares", (context, with) => context.CompareVersionTo(with)));

        var id = await host.RunAsync("Compares", other, version is null ? null : new() { Version = version });

        Assert.Equal(expected, await host.OutputAsync<int>(id));
    }

    private static void Waits(DurableTaskRegistry functions) => functions.AddOrchestratorFunc<string, string>("Waits", async (context, input) =>
    {
        var text = await context.WaitForExternalEvent<string>("Go");
        return text == "fail" ? throw new InvalidOperationException(text) : $"{input} {text}";
    });

    private static async Task BringAsync(ConformanceHost host, OrchestrationRuntimeStatus status)
    {
        await host.RunAsync("Waits", "first", new("case"));
        await (status switch
        {
            OrchestrationRuntimeStatus.Suspended => host.SuspendAsync("case"),
            OrchestrationRuntimeStatus.Completed => host.RaiseAsync("case", "Go", "went"),
            OrchestrationRuntimeStatus.Failed => host.RaiseAsync("case", "Go", "fail"),
            OrchestrationRuntimeStatus.Terminated => host.TerminateAsync("case"),
            _ => Task.CompletedTask,
        });
        await host.IsAsync(status, "case");
    }
}
