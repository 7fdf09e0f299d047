namespace Conformance.Tests.Common;

/// <summary>Names of functions, ids of instances.</summary>
public abstract class Names(IBackend on) : ConformanceTests(on)
{
    [Fact]
    [Row("13 names")]
    public async Task Orchestrators_and_activities_are_found_without_regard_to_case()
    {
        await using var host = await StartAsync(f => f
            .AddActivityFunc<string, string>("Echo", (_, text) => text)
            .AddOrchestratorFunc("Child", context => context.CallActivityAsync<string>("ECHO", "heard"))
            .AddOrchestratorFunc("Parent", context => context.CallSubOrchestratorAsync<string>("cHILD")));

        Assert.Equal("heard", await host.OutputOfAsync<string>("PARENT"));
    }

    [Fact]
    [Row("13 names")]
    public void Names_that_differ_in_case_only_are_equal_and_an_empty_one_is_none()
    {
        Assert.Equal(new TaskName("Echo"), new TaskName("eCHO"));
        Assert.True(new TaskName("Echo") == "ECHO");
        Assert.Null(default(TaskName).Name);
        Assert.Null(new TaskName(string.Empty).Name);
        Assert.Null(new TaskName(null!).Name);
    }

    [Fact]
    [Row("13 names")]
    public async Task Two_activities_can_not_have_one_name()
    {
        string? message = null;
        await using var host = await StartAsync(f => message = Assert.Throws<ArgumentException>(() => f
            .AddActivityFunc("A", _ => 1)
            .AddActivityFunc("a", _ => 2)).Message);

        Assert.Equal("An ITaskActivity named 'a' is already added. (Parameter 'name')", message);
    }

    [Fact]
    [Row("13 names")]
    public async Task An_orchestration_without_a_name_can_not_be_started()
    {
        await using var host = await StartAsync(static _ => { });

        await Assert.ThrowsAsync<ArgumentNullException>(() => host.RunAsync(default));
    }

    [Theory]
    [InlineData("a/b\\c#d?e|f~g%h")]
    [InlineData("tab\tand space")]
    [InlineData("대리-2026 é")]
    [InlineData(101)]
    [InlineData(300)]
    [Row("13 instance ids")]
    public async Task Any_characters_may_be_in_an_id_and_many(object idOrLength)
    {
        var id = idOrLength as string ?? new string('x', (int)idOrLength);
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Waits", context => context.WaitForExternalEvent<string>("Go")));

        Assert.Equal(id, await host.RunAsync("Waits", options: new(id)));
        await host.RaiseAsync(id, "Go", "went");

        Assert.Equal("went", await host.OutputAsync<string>(id));
        Assert.Equal([id], await host.ListAsync());
        Assert.Null(await host.Client.GetInstanceAsync(id + "y"));
    }

    [Fact]
    [Row("13 instance ids")]
    public async Task An_empty_id_is_refused_and_none_becomes_a_new_one()
    {
        await using var host = await StartAsync(f => f.AddOrchestratorFunc("Ends", context => context.InstanceId));

        await Assert.ThrowsAsync<ArgumentNullException>(() => host.RunAsync("Ends", options: new(string.Empty)));
        var id = await host.RunAsync("Ends", options: new(InstanceId: null));

        Assert.Equal(id, await host.OutputAsync<string>(id));
    }
}
