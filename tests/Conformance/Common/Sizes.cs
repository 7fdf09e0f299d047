namespace Conformance.Tests.Common;

/// <summary>A megabyte, each way by itself: Microsoft's test host sends an instance's whole history in one message, which may have four.</summary>
public abstract class Sizes(IBackend on) : ConformanceTests(on)
{
    private const int Megabyte = 1_000_000;

    [Fact]
    [Row("11 size")]
    public async Task A_megabyte_passes_as_input_and_as_output()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc<string, bool>("Takes", (_, text) => Task.FromResult(text == Letters(Megabyte)))
            .AddOrchestratorFunc("Gives", _ => Letters(Megabyte)));

        var takes = await host.RunAsync("Takes", Letters(Megabyte));

        Assert.True(await host.OutputAsync<bool>(takes));
        Assert.Equal(Letters(Megabyte), (await host.GetAsync(takes)).ReadInputAs<string>());
        Assert.Equal(Letters(Megabyte), await host.OutputOfAsync<string>("Gives"));
    }

    [Fact]
    [Row("11 size")]
    public async Task A_megabyte_passes_to_an_activity_and_back()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<string, bool>("Takes", (_, text) => text == Letters(Megabyte))
            .AddActivityFunc("Gives", _ => Letters(Megabyte))
            .AddOrchestratorFunc("CallsTakes", context => context.CallActivityAsync<bool>("Takes", Letters(Megabyte)))
            .AddOrchestratorFunc("CallsGives", async context => await context.CallActivityAsync<string>("Gives") == Letters(Megabyte)));

        Assert.True(await host.OutputOfAsync<bool>("CallsTakes"));
        Assert.True(await host.OutputOfAsync<bool>("CallsGives"));
    }

    [Fact]
    [Row("11 size")]
    public async Task A_megabyte_passes_to_a_child_and_back()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc<string, bool>("Takes", (_, text) => Task.FromResult(text == Letters(Megabyte)))
            .AddOrchestratorFunc("Gives", _ => Letters(Megabyte))
            .AddOrchestratorFunc("CallsTakes", context => context.CallSubOrchestratorAsync<bool>("Takes", Letters(Megabyte)))
            .AddOrchestratorFunc("CallsGives", async context => await context.CallSubOrchestratorAsync<string>("Gives") == Letters(Megabyte)));

        Assert.True(await host.OutputOfAsync<bool>("CallsTakes"));
        Assert.True(await host.OutputOfAsync<bool>("CallsGives"));
    }

    [Fact]
    [Row("11 size")]
    public async Task A_megabyte_passes_in_an_event()
    {
        await using var host = await StartAsync(f => f
            .AddOrchestratorFunc("Waits", async context => await context.WaitForExternalEvent<string>("E") == Letters(Megabyte)));

        var id = await host.RunAsync("Waits");
        await host.RaiseAsync(id, "E", Letters(Megabyte));

        Assert.True(await host.OutputAsync<bool>(id));
    }
}
